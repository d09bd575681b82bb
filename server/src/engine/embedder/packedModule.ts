/** Whether a module comes packed by gzip. */
export function isPacked(wasm: Uint8Array): boolean {
  return wasm[0] === 0x1f && wasm[1] === 0x8b;
}

/** Bytes of a module unpacked: its length, or what gzip data says of itself in its last four bytes. */
export function unpackedBytes(wasm: Uint8Array): number {
  if (!isPacked(wasm)) return wasm.length;
  return wasm.length < 18 ? 0 : new DataView(wasm.buffer, wasm.byteOffset).getUint32(wasm.length - 4, true);
}
