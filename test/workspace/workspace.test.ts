import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { type FileChange, Workspace } from "../../server/src/workspace/workspace.ts";
import { cargo } from "../support/counterCrate.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

const named = (name: string) => `canisters: [{ name: ${name}, recipe: { type: "@x/y" } }]`;

/** A workspace over a table of files that a test changes as the disk changes. */
function open(files: Record<string, string>) {
  const disk = {
    readText: (path: string) => memoryFiles(files).readText(path),
    list: (path: string) => memoryFiles(files).list(path),
    exists: (path: string) => memoryFiles(files).exists(path),
    forget: () => {},
  };
  const workspace = new Workspace({ disk, path: posix, environment: {} });
  workspace.setFolders(["/p"]);
  const names = () => workspace.snapshot().project.canisters.map((it) => it.name);
  const change = (path: string, kind: FileChange["kind"], text?: string) => {
    if (text === undefined) delete files[path];
    else files[path] = text;
    workspace.filesChanged([{ path, kind }]);
  };
  return { workspace, names, change };
}

describe("a workspace", () => {
  test("an open document counts instead of the file, until it is closed", () => {
    const { workspace, names } = open({ "/p/icp.yaml": named("disk") });
    expect(names()).toEqual(["disk"]);
    workspace.setText("/p/icp.yaml", named("typed"));
    expect(names()).toEqual(["typed"]);
    workspace.close("/p/icp.yaml");
    expect(names()).toEqual(["disk"]);
  });

  test("a snapshot stays what it was", () => {
    const { workspace } = open({ "/p/icp.yaml": named("before") });
    const before = workspace.snapshot();
    workspace.setText("/p/icp.yaml", named("after"));
    expect(before.project.canisters[0]?.name).toBe("before");
    expect(before.files.readText("/p/icp.yaml")).toBe(named("before"));
    expect(workspace.snapshot().project.canisters[0]?.name).toBe("after");
  });

  test("nothing changed: the same snapshot; a keystroke in a source: the same project", () => {
    const { workspace } = open({ "/p/icp.yaml": named("a"), "/p/src/lib.rs": "" });
    const first = workspace.snapshot();
    expect(workspace.snapshot()).toBe(first);
    workspace.setText("/p/src/lib.rs", "fn f() {}");
    expect(workspace.snapshot()).not.toBe(first);
    expect(workspace.snapshot().project).toBe(first.project);
  });

  test("manifests that appear, change and go on disk", () => {
    const { names, change } = open({ "/p/Cargo.toml": cargo });
    expect(names()).toEqual(["counter"]);
    change("/p/icp.yaml", "created", named("a"));
    expect(names()).toEqual(["a"]);
    change("/p/icp.yaml", "changed", named("b"));
    expect(names()).toEqual(["b"]);
    change("/p/icp.yaml", "deleted");
    expect(names()).toEqual(["counter"]);
  });

  test("a folder that is closed takes its canisters along", () => {
    const { workspace, names } = open({ "/p/icp.yaml": named("a") });
    workspace.setFolders([]);
    expect(names()).toEqual([]);
  });

  test("a document outside of the open folders brings its own project, unless cargo fetched it", () => {
    const files = { "/q/icp.yaml": named("q"), "/q/src/lib.rs": "", "/h/.cargo/registry/r/icp.yaml": named("r") };
    const { workspace, names } = open({ "/p/icp.yaml": named("p"), ...files, "/h/.cargo/registry/r/src/lib.rs": "" });
    workspace.setText("/q/src/lib.rs", "");
    workspace.setText("/h/.cargo/registry/r/src/lib.rs", "");
    expect(names()).toEqual(["p", "q"]);
    workspace.close("/q/src/lib.rs");
    expect(names()).toEqual(["p"]);
  });

  test("without the Rust parser, sources have nothing to say and manifests still do", () => {
    const { workspace } = open({ "/p/Cargo.toml": cargo, "/p/src/lib.rs": "fn", "/p/icp.yaml": "canisters: 5" });
    expect(workspace.snapshot().reports("/p/src/lib.rs")).toEqual([]);
    expect(
      workspace
        .snapshot()
        .reports("/p/icp.yaml")
        .map((it) => it.rule),
    ).toEqual(["manifest-shape"]);
  });
});
