/** A number read from bytes, and the offset behind it. */
export interface Leb128Reading {
  readonly value: bigint;
  readonly next: number;
}

/**
 * Reads an unsigned LEB128 number of any length at an offset; undefined where the bytes end too early.
 * Padded forms such as `80 00` count as the number that they pad.
 */
export function readUnsignedLeb128(bytes: Uint8Array, offset: number): Leb128Reading | undefined {
  const last = lastByte(bytes, offset);
  if (last === undefined) return undefined;
  return { value: joinGroups(bytes, offset, last), next: last + 1 };
}

/** Reads a signed LEB128 number of any length at an offset; undefined where the bytes end too early. */
export function readSignedLeb128(bytes: Uint8Array, offset: number): Leb128Reading | undefined {
  const last = lastByte(bytes, offset);
  if (last === undefined) return undefined;
  const value = joinGroups(bytes, offset, last);
  return { value: BigInt.asIntN((last - offset + 1) * 7, value), next: last + 1 };
}

/** The shortest unsigned LEB128 form of a number that is not negative. */
export function toUnsignedLeb128(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** The shortest signed LEB128 form of a number. */
export function toSignedLeb128(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x40n || rest < -0x40n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest & 0x7fn)];
}

function lastByte(bytes: Uint8Array, offset: number): number | undefined {
  for (let at = offset; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) return at;
  }
  return undefined;
}

/** Joins groups of seven bits, the lowest first; by halves, so that long numbers take no quadratic time. */
function joinGroups(bytes: Uint8Array, first: number, last: number): bigint {
  if (last - first < 7) {
    let value = 0;
    for (let at = last; at >= first; at--) value = value * 128 + ((bytes[at] ?? 0) & 0x7f);
    return BigInt(value);
  }
  const middle = (first + last) >> 1;
  const low = joinGroups(bytes, first, middle);
  return low | (joinGroups(bytes, middle + 1, last) << BigInt((middle - first + 1) * 7));
}
