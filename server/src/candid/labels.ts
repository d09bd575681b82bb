/** Ids of fields. https://github.com/dfinity/candid/blob/master/spec/Candid.md#records */

/** Field ids are below 2^32. */
export const fieldIdMax = 0xffff_ffff;

const encoder = new TextEncoder();

/** The id that stands for a name on the wire: a hash of its UTF-8 bytes. */
export function fieldHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    // Beyond ASCII a character takes several bytes.
    if (code > 0x7f) return hashOfBytes(name);
    hash = (Math.imul(hash, 223) + code) >>> 0;
  }
  return hash;
}

function hashOfBytes(name: string): number {
  let hash = 0;
  for (const byte of encoder.encode(name)) hash = (Math.imul(hash, 223) + byte) >>> 0;
  return hash;
}
