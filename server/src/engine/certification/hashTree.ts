/**
 * Trees whose root hash a subnet signs.
 * https://internetcomputer.org/docs/references/ic-interface-spec#certificate
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { CborValue } from "../../base/cbor.ts";

/** A node; children of a fork are in the order of their labels. */
export type HashTree =
  | { readonly kind: "empty" }
  | { readonly kind: "fork"; readonly left: HashTree; readonly right: HashTree }
  | { readonly kind: "labeled"; readonly label: Uint8Array; readonly tree: HashTree }
  | { readonly kind: "leaf"; readonly content: Uint8Array };

/** Labels and what is under them: another such list, or content. */
export type LabeledTree = Uint8Array | readonly (readonly [label: Uint8Array | string, tree: LabeledTree])[];

/** The tree of labels in their order, forks as balanced as they can be. */
export function hashTreeOf(tree: LabeledTree): HashTree {
  if (tree instanceof Uint8Array) return { kind: "leaf", content: tree };
  const nodes = tree
    .map(([label, subtree]) => ({ label: typeof label === "string" ? utf8ToBytes(label) : label, subtree }))
    .sort((a, b) => compareBytes(a.label, b.label))
    .map(({ label, subtree }): HashTree => ({ kind: "labeled", label, tree: hashTreeOf(subtree) }));
  return forked(nodes);
}

/** The hash that a certificate signs, 32 bytes. */
export function rootHash(tree: HashTree): Uint8Array {
  switch (tree.kind) {
    case "empty":
      return separated("ic-hashtree-empty");
    case "fork":
      return separated("ic-hashtree-fork", rootHash(tree.left), rootHash(tree.right));
    case "labeled":
      return separated("ic-hashtree-labeled", tree.label, rootHash(tree.tree));
    case "leaf":
      return separated("ic-hashtree-leaf", tree.content);
  }
}

/** The tree as certificates carry it. */
export function cborOfTree(tree: HashTree): CborValue {
  switch (tree.kind) {
    case "empty":
      return [0n];
    case "fork":
      return [1n, cborOfTree(tree.left), cborOfTree(tree.right)];
    case "labeled":
      return [2n, tree.label, cborOfTree(tree.tree)];
    case "leaf":
      return [3n, tree.content];
  }
}

function forked(nodes: readonly HashTree[]): HashTree {
  const [first, second] = nodes;
  if (first === undefined) return { kind: "empty" };
  if (second === undefined) return first;
  const middle = Math.ceil(nodes.length / 2);
  return { kind: "fork", left: forked(nodes.slice(0, middle)), right: forked(nodes.slice(middle)) };
}

/** The hash of parts behind a domain separator: its length in one byte, then its text. */
function separated(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(domain.length), utf8ToBytes(domain), ...parts));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
