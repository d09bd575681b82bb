/** A function that computes its value when first asked, and remembers it. */
export function memoized<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
