/** Cuts a text in the middle, to at most so many bytes of UTF-8, as the network does: half before the dots, half behind. */
export function cutText(text: string, bytesMax: number): string {
  // No character takes more than three bytes for each UTF-16 unit.
  if (text.length * 3 <= bytesMax) return text;
  const bytes = utf8.encode(text);
  if (bytes.length <= bytesMax) return text;
  const start = firstBytes(bytes, Math.floor((bytesMax - 3) / 2));
  const end = lastBytes(bytes, bytesMax - 3 - start.length);
  return `${fromUtf8.decode(start)}...${fromUtf8.decode(end)}`;
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a byte is not the first of its character. */
const isInside = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** At most so many bytes from the beginning, whole characters. */
function firstBytes(bytes: Uint8Array, count: number): Uint8Array {
  let end = count;
  while (end > 0 && isInside(bytes[end])) end--;
  return bytes.subarray(0, end);
}

/** At most so many bytes from the end, whole characters. */
function lastBytes(bytes: Uint8Array, count: number): Uint8Array {
  let start = bytes.length - count;
  while (isInside(bytes[start])) start++;
  return bytes.subarray(start);
}
