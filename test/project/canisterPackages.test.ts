import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { readProject } from "../../server/src/project/projectModel.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

/** A canister with these dependencies, and more files. */
function problems(dependencies: string, files: Record<string, string> = {}): string[] {
  return found({
    "Cargo.toml": `[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n${dependencies}\n`,
    "src/lib.rs": "",
    "Cargo.lock": "",
    "rust-toolchain.toml": "",
    ...files,
  });
}

/** Problems as `file: severity rule «text at the range»`. */
function found(files: Record<string, string>): string[] {
  return problemsOf(files).map(
    (it) =>
      `${it.path.slice(3)}: ${it.severity} ${it.rule} «${files[it.path.slice(3)]?.slice(it.range.start, it.range.end)}»`,
  );
}

function problemsOf(files: Record<string, string>) {
  // What nearly every workspace is told has a test of its own.
  return allProblemsOf(files).filter(
    (it) =>
      it.rule !== "unchecked-arithmetic" &&
      (it.rule !== "release-profile" || files["Cargo.toml"]?.includes("[profile")),
  );
}

function allProblemsOf(files: Record<string, string>) {
  const absolute = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]));
  return readProject({ view: memoryFiles(absolute), path: posix, environment: {} }, ["/p"]).problems;
}

describe("async-runtime-dep", () => {
  test.each([
    ['tokio = { version = "1", features = ["full"] }', '"full"'],
    ['tokio = { version = "1", features = [\n  "sync", # fine\n  "net",\n] }', '"net"'],
    ['[dependencies.tokio]\nversion = "1"\nfeatures = ["macros", "rt"]', '"rt"'],
    ['reqwest = "0.12"', "reqwest"],
    ['async-std = "1"', "async-std"],
    ['hyper = { version = "1", features = ["client"] }', "hyper"],
    ['[target.\'cfg(target_family = "wasm")\'.dependencies]\nreqwest = "0.12"', "reqwest"],
  ])("%s", (dependency, place) => {
    expect(problems(dependency)).toEqual([`Cargo.toml: warning async-runtime-dep «${place}»`]);
  });

  test.each([
    '[dev-dependencies]\ntokio = { version = "1", features = ["full"] }',
    '[build-dependencies]\nreqwest = "0.12"',
    'tokio = { version = "1", features = ["sync", "macros"] }',
    'hyper = "1"',
    '[target.\'cfg(not(target_family = "wasm"))\'.dependencies]\ntokio = { version = "1", features = ["full"] }',
    '[target.\'cfg(not(target_arch = "wasm32"))\'.dependencies]\nreqwest = "0.12"',
    '[target.x86_64-unknown-linux-gnu.dependencies]\nreqwest = "0.12"',
    'reqwest = { version = "0.12", optional = true }\n[features]\ntool = ["dep:reqwest"]',
  ])("trap: %s", (dependency) => {
    expect(problems(dependency)).toEqual([]);
  });

  test("an optional dependency that the default features turn on counts", () => {
    const text =
      'reqwest = { version = "0.12", optional = true }\n[features]\ndefault = ["net"]\nnet = ["dep:reqwest"]';
    expect(problems(text)).toEqual(["Cargo.toml: warning async-runtime-dep «reqwest»"]);
  });

  test("a package that is no canister may use what it likes", () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["tool", "backend"]\n[profile.release]\nlto = true\n',
      "Cargo.lock": "",
      "rust-toolchain.toml": "",
      "tool/Cargo.toml":
        '[package]\nname = "tool"\n[dependencies]\ntokio = { version = "1", features = ["full"] }\nweb-sys = "0.3"\n',
      "tool/src/main.rs": "fn main() {}",
      "backend/Cargo.toml":
        '[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n',
      "backend/src/lib.rs": "",
    };
    expect(found(files)).toEqual([]);
  });

  test("the fix moves the line behind the header of the development dependencies, or makes one", () => {
    const moved = (rest: string) => {
      const text = `[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nreqwest = "0.12"\nic-cdk = "0.20"\n${rest}`;
      const fix = problemsOf({ "Cargo.toml": text, "Cargo.lock": "", "rust-toolchain.toml": "", "src/lib.rs": "" })[0]
        ?.fixes?.[0];
      expect(fix?.kind).toBe("review");
      return fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end);
    };
    const head = '[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n';
    expect(moved("")).toBe(`${head}\n[dev-dependencies]\nreqwest = "0.12"\n`);
    expect(moved('\n[dev-dependencies]\nrand = "0.8"\n')).toBe(
      `${head}\n[dev-dependencies]\nreqwest = "0.12"\nrand = "0.8"\n`,
    );
  });
});

describe("wasm-bindgen-dep and getrandom-js-feature", () => {
  test.each([
    ['js-sys = "0.3"', "error wasm-bindgen-dep «js-sys»"],
    ['uuid = { version = "1", features = ["v4", "js"] }', 'error wasm-bindgen-dep «"js"»'],
    ['chrono = "0.4"', "warning wasm-bindgen-dep «chrono»"],
    [
      'chrono = { version = "0.4", default-features = false, features = ["wasmbind"] }',
      'warning wasm-bindgen-dep «"wasmbind"»',
    ],
    ['chrono = "=0.4.38"', "error wasm-bindgen-dep «chrono»"],
    ['uuid = { version = "0.8", features = ["v4", "wasm-bindgen"] }', 'error wasm-bindgen-dep «"wasm-bindgen"»'],
    ['getrandom = { version = "0.2", features = ["js"] }', 'error getrandom-js-feature «"js"»'],
    ['getrandom = { version = "0.3", features = ["wasm_js"] }', 'error getrandom-js-feature «"wasm_js"»'],
    ['random = { package = "getrandom", version = "0.2", features = ["js"] }', 'error getrandom-js-feature «"js"»'],
  ])("%s", (dependency, expected) => {
    expect(problems(dependency)).toEqual([`Cargo.toml: ${expected}`]);
  });

  test.each([
    'uuid = { version = "1", features = ["v4"] }\ngetrandom = { version = "0.2", features = ["custom"] }',
    'chrono = { version = "0.4", default-features = false, features = ["clock"] }',
    '[dev-dependencies]\ngetrandom = { version = "0.2", features = ["js"] }\nwasm-bindgen = "0.2"',
  ])("trap: %s", (dependency) => {
    expect(problems(dependency)).toEqual([]);
  });

  test.each([
    ["0.4.21", []],
    ["0.4.22", ["Cargo.toml: error wasm-bindgen-dep «chrono»"]],
    ["0.5.0", ["Cargo.toml: error wasm-bindgen-dep «chrono»"]],
  ])("chrono %s of the lock file decides", (version, expected) => {
    const lock = `[[package]]\nname = "chrono"\nversion = "${version}"\n`;
    expect(problems('chrono = "0.4"', { "Cargo.lock": lock })).toEqual(expected);
  });

  test.each([
    ["1.12.1", '["v4"]', "", []],
    ["1.13.0", '["v4"]', "", ['Cargo.toml: error wasm-bindgen-dep «"v4"»']],
    ["1.13.0", '["serde"]', "", []],
    ["1.13.0", '["v4", "rng-getrandom"]', "", []],
    ["1.13.0", '["v4"]', '[[package]]\nname = "uuid-rng-internal"\nversion = "1.13.0"\n', []],
  ])("uuid %s of the lock file with %s and others%s", (version, features, others, expected) => {
    const lock = `[[package]]\nname = "uuid"\nversion = "${version}"\n\n${others}`;
    expect(problems(`uuid = { version = "1", features = ${features} }`, { "Cargo.lock": lock })).toEqual(expected);
  });

  test("the function that getrandom calls has its version in its name", () => {
    const advice = (version: string, lock: string) =>
      problemsOf({
        "Cargo.toml": `[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\ngetrandom = { version = "${version}", features = ["wasm_js"] }\n`,
        "src/lib.rs": "",
        "Cargo.lock": lock,
        "rust-toolchain.toml": "",
      })[0]?.message;
    expect(advice("0.3", "")).toContain("`__getrandom_v03_custom`");
    expect(advice(">=0.3", '[[package]]\nname = "getrandom"\nversion = "0.4.1"\n')).toContain(
      "`__getrandom_v04_custom`",
    );
  });

  test("a feature that the workspace asks for is told at the dependency", () => {
    const files = {
      "Cargo.toml":
        '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\ngetrandom = { version = "0.2", features = ["js"] }\n[profile.release]\nlto = true\n',
      "Cargo.lock": "",
      "rust-toolchain.toml": "",
      "a/Cargo.toml":
        '[package]\nname = "a"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\ngetrandom.workspace = true\n',
      "a/src/lib.rs": "",
    };
    expect(found(files)).toEqual(["a/Cargo.toml: error getrandom-js-feature «getrandom.workspace»"]);
  });
});

test("a program of the machine that names ic-cdk is no canister", () => {
  const manifest = '[package]\nname = "sync"\n[dependencies]\nic-cdk = "0.20"\nreqwest = "0.12"\n';
  const count = (files: Record<string, string>) =>
    found({ "Cargo.toml": manifest, ...files }).filter((it) => it.includes("async-runtime-dep")).length;
  const main = "#[tokio::main]\nasync fn main() {}\n";
  expect(count({ "src/main.rs": main, "src/lib.rs": "pub mod sync;" })).toBe(0);
  expect(count({ "src/main.rs": main })).toBe(0);
  expect(count({ "src/main.rs": "#[ic_cdk::query]\nfn get() {}\nfn main() {}\n" })).toBe(1);
  expect(count({ "src/main.rs": "#[ic_cdk::query]\nfn get() {}\nfn main() {}\n", "src/lib.rs": "pub mod sync;" })).toBe(
    1,
  );
});

test("what is compiled for WASI asks no browser", () => {
  const dependencies = 'getrandom = { version = "0.2", features = ["js"] }';
  const count = (more: Record<string, string>, added = "") =>
    problems(dependencies + added, more).filter((it) => it.includes("getrandom-js")).length;
  const dfx = (wasm: string) =>
    JSON.stringify({
      canisters: { backend: { type: "custom", package: "backend", wasm, build: "./build.sh", candid: "a.did" } },
    });
  expect(count({})).toBe(1);
  expect(count({ "dfx.json": dfx("target/wasm32-unknown-unknown/release/a.wasm") })).toBe(1);
  expect(count({ "dfx.json": dfx("target/wasm32-wasi/release/a.wasm") })).toBe(0);
  expect(count({ "build.sh": "wasi2ic a.wasm b.wasm" })).toBe(0);
  expect(count({}, '\nic-wasi-polyfill = "0.6"')).toBe(0);
});

test("git dependencies from one repository are told of once", () => {
  const git = (name: string, url: string) => `${name} = { git = "https://example.org/${url}" }\n`;
  const dependencies = `[dependencies]\n${git("a", "x")}${git("b", "x")}${git("c", "y")}`;
  const found = problemsOf({
    ...canister,
    "Cargo.toml": canister["Cargo.toml"].replace("[dependencies]\n", dependencies),
  });
  const unpinned = found.filter((it) => it.rule === "unpinned-git-dependency");
  expect(unpinned.map((it) => it.related?.length)).toEqual([1, 0]);
});

test("tokio without features is only a hint", () => {
  expect(problems('tokio = "1"')).toEqual(["Cargo.toml: hint async-runtime-dep «tokio»"]);
});

describe("getrandom without a source of randomness", () => {
  const locked = (...more: string[]) =>
    [
      ["rand", "0.8.5", "rand_core"],
      ["rand_core", "0.6.4", "getrandom"],
      ["getrandom", "0.2.15"],
      ...more.map((it) => [it, "1.0.0", "getrandom"]),
    ]
      .map(([name, version, used]) => {
        const list = used === undefined ? "" : `dependencies = [\n "${used}",\n]\n`;
        return `[[package]]\nname = "${name}"\nversion = "${version}"\n${list}`;
      })
      .join("\n");
  const asked = (dependency: string, lock: string) =>
    problems(dependency, { "Cargo.lock": lock }).filter((it) => it.includes("getrandom-js-feature"));

  test("rand with what it brings by default", () => {
    expect(asked('rand = "0.8"', locked())).toEqual(["Cargo.toml: error getrandom-js-feature «rand»"]);
    expect(
      asked('rand = { version = "0.8", default-features = false, features = ["getrandom"] }', locked()),
    ).toHaveLength(1);
  });

  test.each([
    ["a generator alone", 'rand = { version = "0.8", default-features = false, features = ["std_rng"] }', locked()],
    ["a function of its own", 'rand = "0.8"\ngetrandom = { version = "0.2", features = ["custom"] }', locked()],
    ["a crate that may have chosen", 'rand = "0.8"', locked("ring")],
    ["no lock", 'rand = "0.8"', ""],
    ["tests", '[dev-dependencies]\nrand = "0.8"', locked()],
  ])("trap: %s", (_, dependency, lock) => {
    expect(asked(dependency, lock)).toEqual([]);
  });
});

describe("cdk-version-conflict", () => {
  const lock = (...packages: string[]) =>
    packages
      .map((it) => {
        const [name, version, ...dependencies] = it.split(" ");
        const list = dependencies.map((dependency) => ` "${dependency.replace("@", " ")}",\n`).join("");
        return `[[package]]\nname = "${name}"\nversion = "${version}"\n${list === "" ? "" : `dependencies = [\n${list}]\n`}`;
      })
      .join("\n");

  test("a version of before the shared executor beside a later one", () => {
    const text = lock(
      "backend 0.1.0 client ic-cdk@0.19.0",
      "client 0.2.0 ic-cdk@0.17.1",
      "ic-cdk 0.17.1",
      "ic-cdk 0.19.0 ic-cdk-executor",
      "ic-cdk-executor 2.0.0",
    );
    const [problem] = problemsOf({ ...canister, "Cargo.lock": text });
    expect(problem).toMatchObject({ rule: "cdk-version-conflict", severity: "information", path: "/p/Cargo.toml" });
    expect(problem?.message).toContain("0.19.0 (of `backend`), 0.17.1 (of `client`)");
  });

  test("only old ones: a remark that promises no link error", () => {
    const packages = [
      "backend 0.1.0 client ic-cdk@0.16.0",
      "client 0.2.0 ic-cdk@0.12.0",
      "ic-cdk 0.12.0",
      "ic-cdk 0.16.0",
    ];
    const [problem, ...others] = problemsOf({ ...canister, "Cargo.lock": lock(...packages) });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ rule: "cdk-version-conflict", severity: "information" });
    expect(problem?.message).not.toContain("duplicate symbol");
    const compatible = lock("backend 0.1.0 client ic-cdk@0.16.1", "client 0.2.0 ic-cdk@0.16.1", "ic-cdk 0.16.1");
    expect(problemsOf({ ...canister, "Cargo.lock": compatible })).toEqual([]);
  });

  test.each([
    [
      "one executor",
      lock(
        "backend 0.1.0 client ic-cdk@0.20.0",
        "client 0.2.0 ic-cdk@0.19.0",
        "ic-cdk 0.19.0 ic-cdk-executor",
        "ic-cdk 0.20.0 ic-cdk-executor",
        "ic-cdk-executor 2.0.0",
      ),
    ],
    [
      "another canister's",
      lock(
        "backend 0.1.0 ic-cdk@0.20.0",
        "other 0.1.0 ic-cdk@0.16.0",
        "ic-cdk 0.16.0",
        "ic-cdk 0.20.0 ic-cdk-executor",
        "ic-cdk-executor 2.0.0",
      ),
    ],
    [
      "only tests need it",
      lock(
        "backend 0.1.0 tester ic-cdk@0.20.0",
        "tester 0.1.0 ic-cdk@0.16.0",
        "ic-cdk 0.16.0",
        "ic-cdk 0.20.0 ic-cdk-executor",
        "ic-cdk-executor 2.0.0",
      ),
    ],
  ])("trap: %s", (_, text) => {
    expect(found({ ...canister, "Cargo.lock": text })).toEqual([]);
  });
});

const canister = {
  "Cargo.toml":
    '[package]\nname = "backend"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n[dev-dependencies]\ntester = "1"\n[profile.release]\nlto = true\n',
  "src/lib.rs": "",
  "rust-toolchain.toml": "",
};

describe("reproducible builds", () => {
  test("a branch of a repository is a remark, a commit is not", () => {
    expect(problems('a = { git = "https://x.org/a", branch = "main" }\nb = { git = "https://x.org/b" }')).toEqual([
      "Cargo.toml: information unpinned-git-dependency «a»",
      "Cargo.toml: information unpinned-git-dependency «b»",
    ]);
    expect(problems('a = { git = "https://x.org/a", rev = "5b3e0a1" }\nb = { path = "../b" }')).toEqual([]);
  });

  test("files that are missing are told at the root of the workspace only", () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["a"]\n[profile.release]\nlto = true\n',
      "a/Cargo.toml": '[package]\nname = "a"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n',
      "a/src/lib.rs": "",
    };
    expect(found(files)).toEqual([
      "Cargo.toml: hint lockfile-missing «[workspace]»",
      "Cargo.toml: hint toolchain-missing «[workspace]»",
    ]);
    expect(found({ ...files, "Cargo.lock": "", "rust-toolchain": "1.90" })).toEqual([]);
  });

  test("arithmetic that wraps around in release builds", () => {
    const told = (text: string) => {
      const manifest = canister["Cargo.toml"].replace("lto = true", text);
      const problems = allProblemsOf({ ...canister, "Cargo.lock": "", "Cargo.toml": manifest });
      return problems
        .filter((it) => it.rule === "unchecked-arithmetic")
        .map(({ range, fixes = [] }) => {
          const [fix] = fixes;
          const fixed =
            fix === undefined
              ? undefined
              : manifest.slice(0, fix.range.start) + fix.newText + manifest.slice(fix.range.end);
          return [manifest.slice(range.start, range.end), fixed?.slice(manifest.indexOf("[profile"))];
        });
    };
    expect(told("lto = true")).toEqual([
      ["[profile.release]", "[profile.release]\noverflow-checks = true\nlto = true\n"],
    ]);
    expect(told("overflow-checks = false")).toEqual([["overflow-checks", undefined]]);
    expect(told("overflow-checks = true")).toEqual([]);
  });

  test("a release profile that makes the Wasm large or nameless", () => {
    const profile = (text: string) =>
      found({ ...canister, "Cargo.lock": "", "Cargo.toml": canister["Cargo.toml"].replace("lto = true", text) });
    expect(profile("debug = true")).toEqual([
      "Cargo.toml: hint release-profile «[profile.release]»",
      "Cargo.toml: hint release-profile «debug»",
    ]);
    expect(profile('opt-level = "z"\nstrip = true')).toEqual(["Cargo.toml: hint release-profile «strip»"]);
    expect(profile('lto = "fat"\nstrip = "debuginfo"\ndebug = 0')).toEqual([]);
  });
});

describe("wrong-target", () => {
  test("the configuration of cargo", () => {
    expect(problems("", { ".cargo/config.toml": '[build]\ntarget = "wasm32-wasip1" # why\n' })).toEqual([
      '.cargo/config.toml: error wrong-target «"wasm32-wasip1"»',
    ]);
    const flags = '[target.wasm32-unknown-unknown]\nrustflags = ["-C", "target-feature=+atomics,+bulk-memory"]\n';
    expect(problems("", { ".cargo/config.toml": flags })).toEqual([
      ".cargo/config.toml: error wrong-target «+atomics»",
    ]);
    const good =
      '[build]\ntarget = "wasm32-unknown-unknown"\n[target.x86_64-unknown-linux-gnu]\nrustflags = ["-C", "target-feature=+atomics"]\n';
    expect(problems("", { ".cargo/config.toml": good })).toEqual([]);
  });

  test("the configuration of cargo, unless something converts the result", () => {
    const config = { ".cargo/config.toml": '[build]\ntarget = "wasm32-wasip1"\n' };
    const count = (more: Record<string, string>, dependencies = "") =>
      problems(dependencies, { ...config, ...more }).filter((it) => it.includes("wrong-target")).length;
    expect(count({ "build.sh": "cargo build --release" })).toBe(1);
    expect(count({ "build.sh": "cargo build --release\nwasi2ic a.wasm b.wasm" })).toBe(0);
    expect(count({ "scripts/pack.sh": "wasi2ic a.wasm b.wasm" })).toBe(0);
    expect(count({}, 'ic-wasi-polyfill = "0.6"')).toBe(0);
  });

  test("a build script, unless it converts the result", () => {
    const script = (command: string) =>
      problems("", {
        "icp.yaml": `canisters:\n  - name: backend\n    build:\n      steps:\n        - type: script\n          commands:\n            - ${command}\n`,
      });
    expect(script("cargo build --target wasm32-wasip1 --release")).toEqual([
      "icp.yaml: error wrong-target «wasm32-wasip1»",
    ]);
    expect(script('"cargo build --target wasm32-wasip1 && wasi2ic a.wasm b.wasm"')).toEqual([]);
  });
});

describe("did-not-embedded", () => {
  test("no Candid file, or one for controllers only", () => {
    const dfx = (rest: string) => `{ "canisters": { "backend": { "type": "rust", "package": "backend"${rest} } } }`;
    expect(problems("", { "dfx.json": dfx("") })).toEqual(['dfx.json: hint did-not-embedded «"backend"»']);
    const hidden = ', "candid": "a.did", "metadata": [{ "name": "candid:service", "visibility": "private" }]';
    expect(problems("", { "dfx.json": dfx(hidden), "a.did": "service : {}" })).toEqual([
      'dfx.json: hint did-not-embedded «"private"»',
    ]);
    expect(problems("", { "dfx.json": dfx(', "candid": "a.did"'), "a.did": "service : {}" })).toEqual([]);
  });
});
