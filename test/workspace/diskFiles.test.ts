import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiskFiles } from "../../server/src/workspace/diskFiles.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "canister-workbench-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Two writes within the file system's clock would look like one. */
function write(name: string, text: string, second: number): void {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), second, second);
}

test("a checked file is read again when it changed; a watched one when it was forgotten", () => {
  write("a", "one", 1);
  const [checked, watched] = [new DiskFiles("checked"), new DiskFiles("watched")];
  expect([checked, watched].map((it) => it.readText(join(folder, "a")))).toEqual(["one", "one"]);
  write("a", "two", 2);
  expect([checked, watched].map((it) => it.readText(join(folder, "a")))).toEqual(["two", "one"]);
  watched.forget(join(folder, "a"));
  expect(watched.readText(join(folder, "a"))).toBe("two");
});

test("folders and what does not exist have no text and no entries", () => {
  const files = new DiskFiles("checked");
  expect([files.readText(folder), files.readText(join(folder, "no")), files.list(join(folder, "no"))]).toEqual([
    undefined,
    undefined,
    [],
  ]);
});

test("a byte order mark is no part of the text", () => {
  write("a", "\uFEFFservice : {}", 1);
  expect(new DiskFiles("checked").readText(join(folder, "a"))).toBe("service : {}");
});

test.skipIf(process.platform === "win32")("a link to the folder above does not make the folder endless", () => {
  mkdirSync(join(folder, "sub"));
  symlinkSync(folder, join(folder, "sub", "up"));
  const files = new DiskFiles("checked");
  expect(files.list(folder)).toEqual([{ name: "sub", isDirectory: true }]);
  expect(files.list(join(folder, "sub"))).toEqual([{ name: "up", isDirectory: false }]);
});
