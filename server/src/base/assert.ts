/** Stops on a mistake of ours; never used for anything that users or canisters can cause. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** Closes a `switch` over a closed union: a case that was forgotten is a type error. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`);
}
