import { assert } from "../base/assert.ts";
import { Principal } from "../base/principal.ts";

/** Canister ids from `start` to `end`, both included, as the numbers in their first eight bytes. */
export interface CanisterIdRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** Ids of one range that a subnet is given: 2^20. */
const idsPerRange = 1n << 20n;

/** The id of a canister by its number: eight bytes and two marks. */
export function canisterIdOf(number: bigint): Principal {
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setBigUint64(0, number);
  bytes.set([1, 1], 8);
  return Principal.ofBytes(bytes);
}

/** The number of a canister's id; undefined for principals that are no ids of canisters. */
export function canisterIdNumber({ bytes }: Principal): bigint | undefined {
  if (bytes.length !== 10 || bytes[8] !== 1 || bytes[9] !== 1) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
}

/** The range between two ids, both included. */
export function rangeBetween(first: string, last: string): CanisterIdRange {
  const ends = [first, last].map((text) => {
    const principal = Principal.fromText(text);
    return principal === undefined ? undefined : canisterIdNumber(principal);
  });
  const [start, end] = ends;
  assert(start !== undefined && end !== undefined, `${first} and ${last} are ids of canisters`);
  return { start, end };
}

/** Whether one of the ranges has the number. */
export function isWithin(ranges: readonly CanisterIdRange[], number: bigint): boolean {
  return ranges.some(({ start, end }) => start <= number && number <= end);
}

/**
 * The range for the new canisters of a subnet, by its place among all subnets of a network. They are given from the top
 * downwards, as PocketIC gives them: the first begins at `lxzze-o7777-77777-aaaaa-cai`.
 */
export function allocationRange(index: number): CanisterIdRange {
  const start = (1n << 64n) - (BigInt(index) + 2n) * idsPerRange;
  return { start, end: start + idsPerRange - 1n };
}
