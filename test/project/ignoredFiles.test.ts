import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { isIgnoredByGit, isMadeByBuild } from "../../server/src/project/ignoredFiles.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

describe("what git ignores", () => {
  test.each([
    ["*.wasm", "/p/a/b.wasm", true],
    ["*.wasm", "/p/a/b.did", false],
    ["/b.did", "/p/b.did", true],
    ["/b.did", "/p/a/b.did", false],
    ["a/b.did", "/p/a/b.did", true],
    ["a/b.did", "/p/c/a/b.did", false],
    ["**/a/b.did", "/p/c/d/a/b.did", true],
    ["a/**/b.did", "/p/a/b.did", true],
    ["a/**", "/p/a/c/b.did", true],
    ["gen/", "/p/a/gen/b.did", true],
    ["gen/", "/p/a/gen", false],
    ["gen", "/p/a/gen", true],
    ["# b.did", "/p/b.did", false],
    ["*.did\n!b.did", "/p/b.did", false],
    ["!b.did\n*.did", "/p/b.did", true],
    ["b.di?\r\n", "/p/b.did", true],
  ])("%j: %s", (patterns, file, expected) => {
    expect(isIgnoredByGit(memoryFiles({ "/p/.gitignore": patterns }), posix, file)).toBe(expected);
  });

  test("the file nearest by decides, and nothing above the repository", () => {
    const nested = memoryFiles({ "/p/.gitignore": "*.did", "/p/a/.gitignore": "!b.did" });
    expect(isIgnoredByGit(nested, posix, "/p/a/b.did")).toBe(false);
    expect(isIgnoredByGit(nested, posix, "/p/a/c.did")).toBe(true);
    const repository = memoryFiles({ "/.gitignore": "*.did", "/p/.git/HEAD": "" });
    expect(isIgnoredByGit(repository, posix, "/p/a/b.did")).toBe(false);
  });
});

test("folders of outputs count below the project only", () => {
  const view = memoryFiles({});
  expect(isMadeByBuild(view, posix, "/p", "/p/target/wasm32-unknown-unknown/release/a.wasm")).toBe(true);
  expect(isMadeByBuild(view, posix, "/p", "/p/.dfx/local/a.did")).toBe(true);
  expect(isMadeByBuild(view, posix, "/target/p", "/target/p/a.did")).toBe(false);
  expect(isMadeByBuild(view, posix, "/p", "/p/target")).toBe(false);
});
