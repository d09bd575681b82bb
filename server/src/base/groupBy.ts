/**
 * Items by what `keyOf` says of them, in their order: what `Map.groupBy` gives on hosts that have it, Node 21 and later.
 */
export function groupToMap<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The same with names as keys, as `Object.groupBy` has it: an object without a prototype. */
export function groupToObject<T>(
  items: Iterable<T>,
  keyOf: (item: T, index: number) => PropertyKey,
): Record<PropertyKey, T[]> {
  const named = groupToMap(items, (item, index) => {
    const key = keyOf(item, index);
    return typeof key === "symbol" ? key : String(key);
  });
  const groups: Record<PropertyKey, T[]> = Object.create(null);
  for (const [key, group] of named) groups[key] = group;
  return groups;
}

/** Gives Node 20 what it lacks and libraries of ours ask for; nothing happens on a later one. */
export function completeHost(): void {
  const define = (on: object, value: unknown) => {
    if (!("groupBy" in on)) Object.defineProperty(on, "groupBy", { value, configurable: true, writable: true });
  };
  define(Map, groupToMap);
  define(Object, groupToObject);
}
