/** The larger typed array, with what the smaller one holds at its beginning. */
export function enlarged<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
