import type { MemoryUse } from "./memoryUses.ts";
import type { QuickFix } from "./rule.ts";
import type { HeldBound, StoredLayout } from "./storedLayout.ts";
import type { StoredField, StoredStruct } from "./storedStructs.ts";
import type { Report, WorkspaceRule } from "./workspaceRule.ts";

/** A structure opens a memory that is not its own. */
export const memoryIdRemovedOrChanged: WorkspaceRule = {
  id: "memory-id-removed-or-changed",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "A stable structure has another `MemoryId` than in the last commit, or takes the one of a structure that is gone.",
    why: "An upgrade leaves every memory as it is. A structure that opens another one finds nothing there, or the bytes of somebody else, which it reads as its own.",
    instead:
      "Leave each structure its id for good, and give a new one an id that was never used. To move data, open the old memory as well and copy it.",
  },
};

/** The structure was made for smaller values. */
export const storableBoundChanged: WorkspaceRule = {
  id: "storable-bound-changed",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "The `max_size` of a stored type is larger than in the last commit, or in any way another one where a `StableVec` or `StableMinHeap` holds it.",
    why: "A map lays out its pages for the largest values that it was made for: larger ones may corrupt it. A vector compares the bounds when it is opened, and refuses others: the upgrade traps.",
    instead:
      "Leave the bound as it is. What has to grow is declared `Bound::Unbounded`, for maps possible at any time, or moved into a structure with a new `MemoryId`.",
  },
};

/** Old bytes lack the new field. */
export const storableStructNotEvolvable: WorkspaceRule = {
  id: "storable-struct-not-evolvable",
  severity: "hint",
  isOptIn: true,
  docs: {
    what: "A stored struct has a field more than in the last commit, and its old bytes cannot be read without it.",
    why: "What is in stable memory was written without the field. `from_bytes` unwraps the decoding, so that every `get` of an old value traps.",
    instead:
      "Declare the new field as an `Option`, or give it `#[serde(default)]` where the encoding is no Candid: Candid takes nothing but an `opt` for missing.",
  },
};

/** Rules about stable memory that compare a crate with its last commit. */
export const layoutRules: readonly WorkspaceRule[] = [
  memoryIdRemovedOrChanged,
  storableBoundChanged,
  storableStructNotEvolvable,
];

/** Compares what a crate keeps in stable memory with what its last commit kept there. */
export function checkLayout(now: StoredLayout, before: StoredLayout, report: Report): void {
  if (now.isIncomplete || before.isIncomplete) return;
  checkMemories(now.memories, before.memories, report);
  for (const bound of now.bounds) {
    const same = before.bounds.filter((it) => it.name === bound.name);
    const [former] = same;
    if (former !== undefined && same.length === 1) checkBound(bound, former, report);
  }
  for (const struct of now.structs) {
    const former = before.structs.find((it) => it.name === struct.name);
    if (former !== undefined) checkStruct(struct, former, report);
  }
}

function checkMemories(now: readonly MemoryUse[], before: readonly MemoryUse[], report: Report): void {
  for (const use of now) {
    const own = before.filter((it) => it.owner === use.owner);
    if (own.length > 0) {
      const [former, ...others] = own;
      const isOnly = others.length === 0 && now.filter((it) => it.owner === use.owner).length === 1;
      if (former !== undefined && isOnly) checkMoved(use, former, now, report);
      continue;
    }
    // A new name for what lies there already is no other structure.
    const former = before.find((it) => it.key === use.key && isNumber(it));
    if (former === undefined || former.type === use.type || now.some((it) => it.owner === former.owner)) continue;
    report(memoryIdRemovedOrChanged, {
      confidence: "medium",
      path: use.path,
      range: use.range,
      message:
        `Memory ${use.id} held \`${former.owner}\` (\`${former.type}\`) in the last commit, and is now opened as \`${use.owner}\`, of ` +
        "another type: it reads the bytes of the old structure as its own. Give it an id that was never used.",
    });
  }
}

function checkMoved(use: MemoryUse, former: MemoryUse, now: readonly MemoryUse[], report: Report): void {
  if (use.key === former.key || !isNumber(use) || !isNumber(former) || managerOf(use) !== managerOf(former)) return;
  // Opened by another static of the same type: its data is moved.
  const heir = now.find((it) => it.key === former.key);
  if (heir !== undefined && heir.type === former.type) return;
  report(memoryIdRemovedOrChanged, {
    confidence: "medium",
    path: use.path,
    range: use.range,
    message:
      `\`${use.owner}\` lay in memory ${former.id} in the last commit, and is now opened in memory ${use.id}: after the upgrade it does ` +
      `not find its data. Leave it its id, or copy the data from memory ${former.id}.`,
    related:
      heir === undefined
        ? []
        : [{ path: heir.path, range: heir.range, message: `\`${heir.owner}\` takes its old memory` }],
  });
}

function isNumber({ id }: MemoryUse): boolean {
  return /^\d+$/.test(id);
}

function managerOf({ key }: MemoryUse): string {
  return key.slice(0, key.lastIndexOf(" "));
}

function checkBound(bound: HeldBound, former: HeldBound, report: Report): void {
  const held = former.heldBy;
  if (held === undefined || bound.heldBy === undefined || former.sizeMax === undefined) return;
  const isOther = bound.sizeMax !== former.sizeMax || bound.isFixedSize !== former.isFixedSize;
  const isLarger = bound.sizeMax !== undefined && bound.sizeMax > former.sizeMax;
  if (held === "vec" ? !isOther : !isLarger) return;
  const sizes = `${former.sizeMax}${former.isFixedSize ? " (fixed)" : ""} bytes in the last commit, and ${bound.sizeMax ?? "any number of"}${bound.isFixedSize ? " (fixed)" : ""} now`;
  const consequence =
    held === "vec"
      ? "the structure that holds it compares the bounds when it is opened, and the upgrade traps."
      : "a map that was made for the smaller values may be corrupted by larger ones.";
  report(storableBoundChanged, {
    confidence: "medium",
    path: bound.path,
    range: bound.range,
    message: `A stored \`${bound.name}\` had at most ${sizes}: ${consequence} Keep the bound${held === "map" ? ", or declare `Bound::Unbounded`" : ", or move the values into a new structure"}.`,
  });
}

function checkStruct(struct: StoredStruct, former: StoredStruct, report: Report): void {
  const known = new Set(former.fields.map((it) => it.name));
  if (known.size === 0) return;
  for (const field of struct.fields) {
    if (known.has(field.name) || field.mayBeMissing || field.oldNames.some((it) => known.has(it))) continue;
    const isCandid = struct.encoding === "candid";
    report(storableStructNotEvolvable, {
      confidence: "medium",
      path: field.path,
      range: field.range,
      message:
        `Values of \`${struct.storedAs}\` that are stored already have no \`${field.name}\`: \`from_bytes\` traps on each of them. ` +
        (isCandid
          ? "Make it an `Option`, the only type that Candid lets be missing."
          : "Give it `#[serde(default)]`, or make it an `Option`."),
      fixes: [letBeMissing(field, isCandid)],
    });
  }
}

function letBeMissing({ path, start, type, typeRange }: StoredField, isCandid: boolean): QuickFix {
  if (isCandid) {
    return {
      title: "Make it an `Option`",
      kind: "review",
      edits: [{ path, range: typeRange, newText: `Option<${type}>` }],
    };
  }
  return {
    title: "Give it a default: `#[serde(default)]`",
    kind: "review",
    edits: [{ path, range: { start, end: start }, newText: "#[serde(default)] " }],
  };
}
