/** What must hold of the source itself: layering, sizes, types, documentation, dependencies. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot, type SourceFile, sourceFiles } from "./support/sourceFiles.ts";

const server = sourceFiles("server/src");
const client = sourceFiles("client/src");
const webview = sourceFiles("media/explorer");
const product = [...server, ...client, ...webview];

/** Rows of server/src, lowest first: a folder imports from its own files and from rows below it only. */
const rows: readonly (readonly string[])[] = [
  ["base", "protocol"],
  ["candid", "rust", "wasm"],
  ["project", "engine"],
  ["analysis", "network"],
  ["rules"],
  ["workspace"],
  ["features"],
  ["lsp", "commandLine"],
];

/** Folders without IO, clock, process or asynchrony. */
const pureFolders = ["base", "candid", "rust", "wasm", "project", "analysis", "rules", "features", "engine"];

/** Each dependency stands behind one file (or one per process that speaks its protocol). */
const dependencyDoors: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ["server/src/candid/"],
  "@dfinity/candid": ["server/src/candid/idl.ts", "server/src/engine/management/"],
  "@noble/curves": ["server/src/engine/thresholdKeys/", "server/src/engine/certification/"],
  "web-tree-sitter": ["server/src/rust/syntax.ts"],
  yaml: ["server/src/project/"],
  "smol-toml": ["server/src/project/"],
  "jsonc-parser": ["server/src/project/"],
};

/** Files that are read like tables, and may be long. */
const tables: readonly string[] = ["server/src/wasm/opcodes.ts"];

function folderOf(file: SourceFile): string | undefined {
  return /^server\/src\/([^/]+)\//.exec(file.path)?.[1];
}

function rowOf(folder: string): number {
  return rows.findIndex((row) => row.includes(folder));
}

describe("layering", () => {
  test("a folder of the server imports only from the rows below it", () => {
    const wrong = server.flatMap((file) => {
      const folder = folderOf(file);
      if (folder === undefined) return [];
      return file.imports.flatMap(({ target }) => {
        const other = target === undefined ? undefined : /^server\/src\/([^/]+)\//.exec(target)?.[1];
        if (target !== undefined && other === undefined) return [`${file.path} imports ${target}`];
        if (other === undefined || other === folder || rowOf(other) < rowOf(folder)) return [];
        return [`${file.path} imports ${target}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("every folder of the server has a row", () => {
    const folders = new Set(server.map(folderOf).filter((it) => it !== undefined));
    expect([...folders].filter((it) => rowOf(it) === -1)).toEqual([]);
  });

  test("the client knows of the server only the protocol, the webview only the messages and the protocol's types", () => {
    const wrong = [
      ...outsideImports(
        client,
        (target) => target.startsWith("client/src/") || target.startsWith("server/src/protocol/"),
      ),
      ...outsideImports(webview, (target) => target.startsWith("media/explorer/")),
    ].filter(
      (it) => !(it.typeOnly && /^(client\/src\/explorer\/messages|server\/src\/protocol\/\w+)\.ts$/.test(it.target)),
    );
    expect(wrong.map((it) => `${it.path} imports ${it.target}`)).toEqual([]);
  });

  test("the protocol imports nothing but itself", () => {
    const protocol = server.filter((file) => folderOf(file) === "protocol");
    const wrong = protocol.flatMap((file) =>
      file.imports
        .filter((it) => !it.target?.startsWith("server/src/protocol/"))
        .map((it) => `${file.path}: ${it.specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test("cores import no node module and are synchronous", () => {
    const wrong = server
      .filter((file) => pureFolders.includes(folderOf(file) ?? ""))
      .flatMap((file) => [
        ...file.imports
          .filter((it) => it.specifier.startsWith("node:") && it.specifier !== "node:path")
          .map((it) => `${file.path}: ${it.specifier}`),
        ...(/\bDate\.now\(|\bperformance\.now\(|\bMath\.random\(|\bprocess\.|\bsetTimeout\(/.test(
          withoutComments(file.text),
        )
          ? [`${file.path}: clock, randomness or process`]
          : []),
      ]);
    expect(wrong).toEqual([]);
  });

  test("each dependency stands behind one door", () => {
    const wrong = product.flatMap((file) =>
      file.imports.flatMap(({ specifier }) => {
        const doors = Object.entries(dependencyDoors).find(
          ([name]) => specifier === name || specifier.startsWith(`${name}/`),
        )?.[1];
        return doors === undefined || doors.some((door) => file.path.startsWith(door))
          ? []
          : [`${file.path}: ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("no file is left that nothing reaches", () => {
    const entries = product.filter((file) =>
      /^(server\/src\/\w+\.ts|client\/src\/extension\.ts|media\/explorer\/main\.ts)$/.test(file.path),
    );
    const byPath = new Map([...product, ...sourceFiles("test")].map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (file: SourceFile) => {
      if (reached.has(file.path)) return;
      reached.add(file.path);
      for (const { target } of file.imports) {
        const next = target === undefined ? undefined : byPath.get(target);
        if (next !== undefined) visit(next);
      }
    };
    for (const entry of entries) visit(entry);
    expect(product.map((file) => file.path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

describe("style", () => {
  test("files stay readable: at most 500 lines, tables apart", () => {
    const long = product.filter((file) => file.text.split("\n").length > 500 && !tables.includes(file.path));
    expect(long.map((file) => `${file.path}: ${file.text.split("\n").length}`)).toEqual([]);
  });

  test("no type is forced and no check is silenced", () => {
    const pattern = /as unknown as|as any\b|@ts-ignore|@ts-expect-error|@ts-nocheck|biome-ignore/;
    expect(product.filter((file) => pattern.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  test("no file is named after nothing", () => {
    const pattern = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\.ts|\/)|(Manager|Helper|Utils?|Impl)\.ts$/i;
    // A rule's file has the rule's id, which may end with a term of the field: `memory-manager`.
    const isRule = /^server\/src\/rules\/[a-z0-9]+(-[a-z0-9]+)+\.ts$/;
    const named = product.filter((file) => pattern.test(file.path) && !isRule.test(file.path));
    expect(named.map((file) => file.path)).toEqual([]);
  });

  test("nothing is exported twice: no barrels", () => {
    expect(
      product.flatMap((file) => file.imports.filter((it) => it.reExport).map((it) => `${file.path}: ${it.specifier}`)),
    ).toEqual([]);
  });

  test("every exported function, class and type of the product is documented", () => {
    const wrong = product.flatMap((file) => undocumentedExports(file.text).map((name) => `${file.path}: ${name}`));
    expect(wrong).toEqual([]);
  });
});

describe("the repository", () => {
  const tracked = trackedFiles();

  test.skipIf(tracked.length === 0)("names no package registry and no path of one machine", () => {
    const pattern =
      /registry\.npmjs\.org|index\.crates\.io|static\.crates\.io|deb\.debian\.org|(^|[^A-Za-z0-9_.\-/])\/(work|farm|root)\//m;
    const wrong = tracked
      .filter(
        (path) =>
          /\.(ts|js|json|md|toml|ya?ml|rs|did|lock|sh|css|html)$|^\.ci\//.test(path) && path !== "test/tidy.test.ts",
      )
      .filter((path) => !path.endsWith("Cargo.lock") && existsSync(join(projectRoot, path)))
      .filter((path) => pattern.test(readFileSync(join(projectRoot, path), "utf8")));
    expect(wrong).toEqual([]);
  });

  test("the architecture document names every folder of the server and no other", () => {
    const document = readFileSync(join(projectRoot, "server/README.md"), "utf8");
    const folders = new Set(server.map(folderOf).filter((it) => it !== undefined));
    const named = new Set([...document.matchAll(/^\| `(\w+)\/` \|/gm)].map((match) => match[1]));
    expect([...named].sort()).toEqual([...folders].sort());
  });
});

function outsideImports(files: readonly SourceFile[], allowed: (target: string) => boolean) {
  return files.flatMap((file) =>
    file.imports.flatMap((it) =>
      it.target === undefined || allowed(it.target)
        ? []
        : [{ path: file.path, target: it.target, typeOnly: it.typeOnly }],
    ),
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

/** Names of exported declarations that no docstring precedes. */
function undocumentedExports(text: string): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?(?:abstract )?(?:function\*?|class|interface|type|const) (\w+)/.exec(line)?.[1];
    return name === undefined || /\*\/\s*$/.test(lines[index - 1] ?? "") ? [] : [name];
  });
}

function trackedFiles(): string[] {
  try {
    return execFileSync("git", ["ls-files"], {
      cwd: projectRoot,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .split("\n")
      .filter(Boolean);
  } catch {
    return [];
  }
}
