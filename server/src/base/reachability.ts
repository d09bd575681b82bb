/** Whether any of some names leads to another one, being it or by way of what they lead to in turn. Circles end. */
export function leadsTo(
  starts: readonly string[],
  wanted: string,
  next: ReadonlyMap<string, readonly string[]>,
): boolean {
  const seen = new Set<string>();
  const open = [...starts];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === wanted) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(next.get(name) ?? []));
  }
  return false;
}
