import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CanisterImage } from "../../server/src/engine/subnetState.ts";
import {
  type DiskWrites,
  type SavedState,
  type StateChange,
  StateDirectory,
} from "../../server/src/network/stateDirectory.ts";
import { readStateFile } from "../../server/src/network/stateFile.ts";

let folder: string;
let directory: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  directory = join(folder, ".canister-workbench");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const moduleBytes = Buffer.from("\0asm and so on");
const moduleHash = createHash("sha256").update(moduleBytes).digest("hex");

function page(index: number, filling: number) {
  return { index, bytes: new Uint8Array(4096).fill(filling) };
}

interface Step {
  readonly text: string;
  readonly kind: "full" | "changed";
  readonly heap?: readonly (readonly [index: number, filling: number])[];
  readonly stable?: readonly (readonly [index: number, filling: number])[];
  readonly canisters?: readonly string[];
}

/** An operation on canister `a`, and on the canisters named otherwise. */
function change({ text, kind, heap = [], stable = [], canisters = ["a"] }: Step): StateChange {
  const images: CanisterImage[] = canisters.map((canisterId) => ({
    canisterId,
    kind,
    image: {
      heapBytes: 65536 * 4,
      stableBytes: 65536,
      globals: [-1n, 0x7fffffffffffffffn, 18446744073709551615n],
      heapPages: heap.map(([index, filling]) => page(index, filling)),
      stablePages: stable.map(([index, filling]) => page(index, filling)),
    },
  }));
  return {
    shell: Buffer.from(`shell ${text}`),
    subnet: { facts: Buffer.from(`facts ${text}`), images, modules: new Map([[moduleHash, moduleBytes]]) },
    canisters,
  };
}

/** The state in a form that is easy to compare. */
function described(saved: SavedState | undefined) {
  if (saved === undefined) return undefined;
  return {
    shell: Buffer.from(saved.shell).toString(),
    facts: Buffer.from(saved.subnet.facts).toString(),
    modules: [...saved.subnet.modules.keys()],
    images: saved.subnet.images.map(({ canisterId, kind, image }) => ({
      canisterId,
      kind,
      sizes: [image.heapBytes, image.stableBytes],
      globals: image.globals,
      heap: image.heapPages.map((it) => [it.index, it.bytes[0], it.bytes[4095], it.bytes.length]),
      stable: image.stablePages.map((it) => [it.index, it.bytes[0], it.bytes[4095], it.bytes.length]),
    })),
  };
}

function write(...changes: readonly StateChange[]): void {
  const { stateDirectory } = StateDirectory.open(directory);
  for (const it of changes) expect(stateDirectory.save(it)).toBeUndefined();
  stateDirectory.close();
}

function read() {
  const opened = StateDirectory.open(directory);
  opened.stateDirectory.close();
  return { saved: described(opened.saved), notices: opened.notices };
}

function stateFile(): string {
  const name = readdirSync(directory).find((it) => /^state-\d+\.bin$/.test(it));
  if (name === undefined) throw new Error("there is no state file");
  return join(directory, name);
}

const first = change({
  text: "one",
  kind: "full",
  heap: [
    [0, 1],
    [3, 1],
  ],
  stable: [[1, 7]],
});
const second = change({ text: "two", kind: "changed", heap: [[3, 2]] });
const third = change({ text: "three", kind: "changed", heap: [[5, 3]], stable: [[1, 8]] });

describe("a state directory", () => {
  test("is empty at first, is ignored by git, and wants the whole state", () => {
    const { stateDirectory, saved, notices } = StateDirectory.open(directory);
    expect(saved).toBeUndefined();
    expect(notices).toEqual([]);
    expect(stateDirectory.wantsCheckpoint).toBe(true);
    expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
  });

  test("gives back the checkpoint with every later change put over it", () => {
    write(first, second, third);
    expect(read()).toEqual({
      notices: [],
      saved: {
        shell: "shell three",
        facts: "facts three",
        modules: [moduleHash],
        images: [
          {
            canisterId: "a",
            kind: "full",
            sizes: [262144, 65536],
            globals: [-1n, 0x7fffffffffffffffn, 18446744073709551615n],
            heap: [
              [0, 1, 1, 4096],
              [3, 2, 2, 4096],
              [5, 3, 3, 4096],
            ],
            stable: [[1, 8, 8, 4096]],
          },
        ],
      },
    });
  });

  test("a full image replaces what was kept of the canister; canisters that are gone are forgotten", () => {
    write(
      change({ text: "one", kind: "full", heap: [[0, 1]], canisters: ["a", "b"] }),
      change({ text: "two", kind: "full", heap: [[2, 2]], canisters: ["a"] }),
      change({ text: "three", kind: "full", heap: [[4, 4]], canisters: ["a", "b"] }),
    );
    const images = read().saved?.images ?? [];
    expect(images.map((it) => [it.canisterId, it.heap.map(([index]) => index)])).toEqual([
      ["a", [4]],
      ["b", [4]],
    ]);
  });

  test("an image of more pages than one record holds comes back whole", () => {
    const heap = Array.from({ length: 9000 }, (_, index) => [index, index % 251] as const);
    write(change({ text: "large", kind: "full", heap }));
    expect(read().saved?.images[0]?.heap).toEqual(heap.map(([index, filling]) => [index, filling, filling, 4096]));
  });

  test("one changed page of a large heap is one page on disk", () => {
    const heap = Array.from({ length: 9000 }, (_, index) => [index, 1] as const);
    write(change({ text: "large", kind: "full", heap }));
    const before = statSync(stateFile()).size;
    write(change({ text: "small", kind: "changed", heap: [[17, 9]] }));
    expect(statSync(stateFile()).size - before).toBeLessThan(4096 + 512);
  });

  test("pages that are written again and again make a new checkpoint; pages that are written once do not", () => {
    write(first);
    const { stateDirectory } = StateDirectory.open(directory);
    const pages = (from: number) => Array.from({ length: 3000 }, (_, index) => [from + index, 1] as const);
    for (let count = 0; count < 4; count++) {
      stateDirectory.save(change({ text: `${count}`, kind: "changed", heap: pages(count * 3000) }));
      expect(stateDirectory.wantsCheckpoint).toBe(false);
    }
    const grown = stateFile();
    for (let count = 0; !stateDirectory.wantsCheckpoint; count++) {
      expect(count).toBeLessThan(9);
      stateDirectory.save(change({ text: `again ${count}`, kind: "changed", heap: pages(0) }));
    }
    stateDirectory.save(first);
    stateDirectory.close();
    expect(existsSync(grown)).toBe(false);
    expect(statSync(stateFile()).size).toBeLessThan(20_000);
    expect(read().saved?.facts).toBe("facts one");
  });

  test("modules that nobody uses any more go with the next checkpoint", () => {
    write(first);
    const stray = join(directory, "modules", `${"ab".repeat(32)}.wasm`);
    writeFileSync(stray, "x");
    const { stateDirectory } = StateDirectory.open(directory);
    stateDirectory.startOver();
    stateDirectory.save(first);
    stateDirectory.close();
    expect(existsSync(stray)).toBe(false);
    expect(read().saved?.modules).toEqual([moduleHash]);
  });
});

describe("after a crash", () => {
  test("a journal cut at any byte gives the last operation that was written whole", () => {
    const sizes: number[] = [];
    for (const it of [first, second, third]) {
      write(it);
      sizes.push(statSync(stateFile()).size);
    }
    const path = stateFile();
    for (let cut = statSync(path).size; cut >= 0; cut--) {
      truncateSync(path, cut);
      const content = readStateFile(path);
      const whole = sizes.filter((it) => it <= cut).length;
      const found =
        content.kind === "loaded"
          ? [Buffer.from(content.commit.facts).toString(), content.goodBytes, content.tail]
          : [content.kind];
      const expected =
        whole === 0
          ? ["unusable"]
          : [`facts ${["one", "two", "three"][whole - 1]}`, sizes[whole - 1], sizes.includes(cut) ? "none" : "torn"];
      if (JSON.stringify(found) !== JSON.stringify(expected)) expect([cut, ...found]).toEqual([cut, ...expected]);
    }
  });

  test("a journal that was cut can be gone on with", () => {
    write(first, second, third);
    truncateSync(stateFile(), statSync(stateFile()).size - 1);
    write(change({ text: "four", kind: "changed", heap: [[9, 9]] }));
    const { saved, notices } = read();
    expect(notices).toEqual([]);
    expect(saved?.facts).toBe("facts four");
    expect(saved?.images[0]?.heap.map(([index, filling]) => [index, filling])).toEqual([
      [0, 1],
      [3, 2],
      [9, 9],
    ]);
  });

  test("zeros behind the last operation are dropped", () => {
    write(first, second);
    appendFileSync(stateFile(), Buffer.alloc(5000));
    expect(read()).toMatchObject({ notices: [], saved: { facts: "facts two" } });
  });

  test("damage in the middle keeps what came before it, and the whole file under another name", () => {
    write(first, second, third);
    const path = stateFile();
    const bytes = readFileSync(path);
    const place = bytes.indexOf("facts two");
    bytes[place] = 0;
    writeFileSync(path, bytes);
    const { saved, notices } = read();
    expect(saved?.facts).toBe("facts one");
    expect(notices.join()).toMatch(/is damaged.*kept as .*damaged-state-/);
    const kept = readdirSync(directory).find((it) => it.startsWith("damaged-state-")) ?? "";
    expect(readFileSync(join(directory, kept))).toEqual(bytes);
  });

  test.each([
    [
      "of a newer format",
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 9), Buffer.of(200), bytes.subarray(10)]),
      "its format 200 is not the format 1",
    ],
    ["of something else", () => Buffer.from("hello"), "not a file of Canister Workbench"],
  ])("a state file %s is moved aside and named", (_, spoil, reason) => {
    write(first);
    const spoilt = spoil(readFileSync(stateFile()));
    writeFileSync(stateFile(), spoilt);
    const { saved, notices } = read();
    expect(saved).toBeUndefined();
    expect(notices.join()).toContain(reason);
    const kept = readdirSync(directory).find((it) => it.startsWith("unreadable-state-")) ?? "";
    expect(notices.join()).toContain(kept);
    expect(readFileSync(join(directory, kept))).toEqual(spoilt);
    write(second);
    expect(read().saved?.facts).toBe("facts two");
    expect(existsSync(join(directory, kept))).toBe(true);
  });

  test("a module that was changed makes the state unreadable, not wrong", () => {
    write(first);
    writeFileSync(join(directory, "modules", `${moduleHash}.wasm`), "other bytes");
    const { saved, notices } = read();
    expect(saved).toBeUndefined();
    expect(notices.join()).toMatch(/was changed.*was kept as/s);
  });
});

describe("a full disk", () => {
  /** Writes until so many bytes are used up, then fails in the middle of a write as a disk does. */
  function disk(bytesFree: { left: number }): DiskWrites {
    return {
      write(file, bytes, position) {
        const fits = Math.min(bytes.length, bytesFree.left);
        bytesFree.left -= fits;
        writeSync(file, bytes, 0, fits, position);
        if (fits < bytes.length)
          throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      },
    };
  }

  test("says so, keeps the state before, and writes everything once there is space again", () => {
    const free = { left: 100_000 };
    const { stateDirectory } = StateDirectory.open(directory, disk(free));
    expect(stateDirectory.save(first)).toBeUndefined();
    for (const left of [0, 5, 100, 4200]) {
      free.left = left;
      const problem = stateDirectory.wantsCheckpoint ? stateDirectory.save(first) : stateDirectory.save(second);
      expect(problem?.message).toMatch(/cannot be written.*the disk is full/);
      expect(problem?.code).toBe(-32003);
      cpSync(directory, join(folder, `copy-${left}`), { recursive: true });
      const copy = StateDirectory.open(join(folder, `copy-${left}`));
      expect(described(copy.saved)?.facts).toBe("facts one");
      expect(copy.notices).toEqual([]);
      copy.stateDirectory.close();
      expect(stateDirectory.wantsCheckpoint).toBe(true);
    }
    free.left = 100_000;
    expect(stateDirectory.save(change({ text: "after", kind: "full", heap: [[1, 1]] }))).toBeUndefined();
    stateDirectory.close();
    expect(read()).toMatchObject({ notices: [], saved: { facts: "facts after" } });
  });
});

test("a folder that cannot be made is refused with the reason", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => StateDirectory.open(join(folder, "file", "state"))).toThrow(/cannot be opened.*in the way/);
});
