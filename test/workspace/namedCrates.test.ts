/** What stands in a manifest only, and is not named by the source, is not linked into the Wasm. */
import { expect, test } from "vitest";
import { cargo, project, workspaceOf } from "../support/acrossCanisters.ts";

function reports(dependencies: string, source: string, more: Record<string, string> = {}): string[] {
  const files = project(source, "service : {}", { "shop/Cargo.toml": cargo("shop", dependencies), ...more });
  return workspaceOf(files)
    .snapshot()
    .reports("/p/shop/Cargo.toml")
    .filter((it) => /wasm-bindgen-dep|getrandom-js-feature|cdk-version-conflict|async-runtime-dep/.test(it.rule))
    .map((it) => `${it.rule} ${it.severity}`);
}

const chrono = 'chrono = "0.4.31"\n';
const lock = (...packages: [name: string, version: string, ...dependencies: string[]][]) =>
  packages
    .map(([name, version, ...dependencies]) => {
      const list = dependencies.map((it) => ` "${it}",\n`).join("");
      return `[[package]]\nname = "${name}"\nversion = "${version}"\ndependencies = [\n${list}]\n`;
    })
    .join("\n");

test("a crate that the source names, in a file of its own, or only in a comment", () => {
  const chronoLock = { "Cargo.lock": lock(["shop", "0.1.0", "chrono"], ["chrono", "0.4.31"]) };
  expect(reports(chrono, "use chrono::Utc;", chronoLock)).toEqual(["wasm-bindgen-dep error"]);
  const other = { ...chronoLock, "shop/src/dates.rs": "fn day() -> chrono::NaiveDate { d() }" };
  expect(reports(chrono, "mod dates;", other)).toEqual(["wasm-bindgen-dep error"]);
  expect(reports(chrono, "// no chrono here", chronoLock)).toEqual(["wasm-bindgen-dep information"]);
  const tests = { ...chronoLock, "shop/tests/dates.rs": "use chrono::Utc;" };
  expect(reports(chrono, "", tests)).toEqual(["wasm-bindgen-dep information"]);
});

test("what another named crate uses", () => {
  const dependencies = 'getrandom = { version = "0.2", features = ["js"] }\nrand = "0.8"\n';
  const all = {
    "Cargo.lock": lock(
      ["shop", "0.1.0", "getrandom", "rand"],
      ["rand", "0.8.5", "rand_core"],
      ["rand_core", "0.6.4", "getrandom"],
      ["getrandom", "0.2.15"],
    ),
  };
  expect(reports(dependencies, "use rand::Rng;", all)).toEqual(["getrandom-js-feature error"]);
  expect(reports(dependencies, "", all)).toEqual(["getrandom-js-feature information"]);
});

test("a crate that leaves its randomness out for canisters", () => {
  const dependencies =
    'getrandom = { version = "0.2", features = ["js"] }\nuuid = { version = "0.8", features = ["v4"] }\n';
  const all = (uuid: string) => ({
    "Cargo.lock": lock(["shop", "0.1.0", "getrandom", "uuid"], ["uuid", uuid, "getrandom"], ["getrandom", "0.2.15"]),
  });
  const source = "use uuid::Builder;";
  expect(reports(dependencies, source, all("0.8.2"))).toEqual(["getrandom-js-feature information"]);
  expect(reports(dependencies, source, all("1.11.0"))).toContain("getrandom-js-feature error");
});

test("a runtime that compiles, where only tests name it", () => {
  const runtime = 'tokio = { version = "1", features = ["macros", "rt"] }\n';
  const inTests = "#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn works() {}\n}\n";
  expect(reports(runtime, "async fn wait() { tokio::task::yield_now().await }")).toEqual(["async-runtime-dep warning"]);
  expect(reports(runtime, inTests)).toEqual(["async-runtime-dep information"]);
});

test("what does not compile for canisters does so unnamed, too", () => {
  expect(reports('tokio = { version = "1", features = ["net"] }\n', "")).toEqual(["async-runtime-dep warning"]);
});

test("two versions of ic-cdk: by crates that the source names, and by those of the compiler", () => {
  const dependencies = 'timers = { package = "ic-cdk-timers", version = "0.7" }\n';
  const packages: [name: string, version: string, ...dependencies: string[]][] = [
    ["shop", "0.1.0", "ic-cdk 0.20.1", "ic-cdk-timers"],
    ["ic-cdk", "0.20.1", "ic-cdk-executor 2.0.0"],
    ["ic-cdk", "0.18.2", "ic-cdk-executor 1.0.0"],
    ["ic-cdk-timers", "0.7.0", "ic-cdk 0.18.2"],
    ["ic-cdk-executor", "2.0.0"],
    ["ic-cdk-executor", "1.0.0"],
  ];
  const named = { "Cargo.lock": lock(...packages) };
  expect(reports(dependencies, "fn start() { timers::set_timer(d(), f); }", named)).toEqual([
    "cdk-version-conflict warning",
  ]);
  expect(reports(dependencies, "", named)).toEqual(["cdk-version-conflict information"]);
  const macros = lock(...packages.slice(0, 3), ["ic-cdk-timers", "0.7.0", "ic-cdk 0.18.2", "syn"], ["syn", "2.0.0"]);
  expect(reports(dependencies, "use timers::x;", { "Cargo.lock": macros })).toEqual([]);
});

test("a version with an executor of its own, whose futures alone would stand still", () => {
  const old = lock(
    ["shop", "0.1.0", "ic-cdk 0.20.1", "ic-cdk-timers"],
    ["ic-cdk", "0.20.1", "ic-cdk-executor"],
    ["ic-cdk", "0.13.0"],
    ["ic-cdk-timers", "0.7.0", "ic-cdk 0.13.0"],
    ["ic-cdk-executor", "2.0.0"],
  );
  const dependencies = 'ic-cdk-timers = "0.7"\n';
  const source = "fn start() { ic_cdk_timers::set_timer(d(), f); }";
  expect(reports(dependencies, source, { "Cargo.lock": old })).toEqual(["cdk-version-conflict information"]);
});

test("old versions alone are worth knowing only where the source names what leads to them", () => {
  const old = lock(
    ["shop", "0.1.0", "ic-cdk 0.16.0", "ic-cdk-timers"],
    ["ic-cdk", "0.16.0"],
    ["ic-cdk", "0.13.0"],
    ["ic-cdk-timers", "0.7.0", "ic-cdk 0.13.0"],
  );
  const dependencies = 'ic-cdk-timers = "0.7"\n';
  const source = "fn start() { ic_cdk_timers::set_timer(d(), f); }";
  expect(reports(dependencies, source, { "Cargo.lock": old })).toEqual(["cdk-version-conflict information"]);
  expect(reports(dependencies, "", { "Cargo.lock": old })).toEqual([]);
});
