/** The number in bytes, most significant first. */
export function bigEndianNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** The number as so many bytes, most significant first. */
export function bigEndianBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = length - 1, rest = value; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}

/** The number in bytes, least significant first. */
export function littleEndianNumber(bytes: Uint8Array): bigint {
  return bigEndianNumber(bytes.slice().reverse());
}

/** The number as so many bytes, least significant first. */
export function littleEndianBytes(value: bigint, length: number): Uint8Array {
  return bigEndianBytes(value, length).reverse();
}
