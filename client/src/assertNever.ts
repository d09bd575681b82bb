/** Closes a `switch` over a closed union: a case that was forgotten is a type error. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`);
}
