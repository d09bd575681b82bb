import type { CanisterModel, EntryPoint, FunctionCall } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { RelatedRange } from "./rule.ts";

/** A call of something that the platform of canisters does not have. */
export interface PlatformCall {
  readonly call: FunctionCall;
  readonly path: string;
  /** From the crate's name on: `std::time::SystemTime::now`. */
  readonly name: string;
  readonly entry: EntryPoint;
  /**
   * It is such a fallback, or two calls or more lie before it and every way to it goes through a condition: code that serves other programs as well may never come to it in a canister.
   */
  readonly isRemote: boolean;
  /** It stands for a value that may be missing: `parsed.unwrap_or_else(|| Utc::now())`. */
  readonly isFallback: boolean;
}

/**
 * Calls of other crates' functions that an entry point of the canister leads to, of those that a pattern names. None
 * where the canister brings a platform of its own: ic-wasi-polyfill has a clock, files and an environment.
 */
export function platformCalls(canister: CanisterModel, pattern: RegExp): PlatformCall[] {
  return candidates.of(canister, "").filter((it) => pattern.test(it.name));
}

/** Everything that any of the patterns may mean, so that a crate is gone through once. */
const platformName =
  /\b(SystemTime|Instant|Utc|Local|OffsetDateTime|thread|env|fs|net|process|File|TcpStream|TcpListener|UdpSocket|rayon)::/;

const candidates = new Derived((canister): PlatformCall[] => {
  const named = namedCalls.of(canister);
  if (
    named.size === 0 ||
    canister.versions.has("ic-wasi-polyfill") ||
    canister.functions.some((it) => it.names.has("ic_wasi_polyfill"))
  )
    return [];
  const entries = canister.entryPoints.map((it) => it.function);
  const near = new Set(entries.flatMap((it) => [it, ...it.summary.callees]));
  const certain = new Set(entries);
  for (const caller of certain) {
    for (const call of caller.steps) {
      if (call.kind === "functionCall" && !isConditional(call)) for (const it of call.targets) certain.add(it);
    }
  }
  return [...reachableFunctions(canister)].flatMap(([inFunction, entry]) =>
    (named.get(inFunction) ?? []).map((call) => {
      const isFallback = standsForMissing(canister, call, inFunction.path);
      const isRemote = isFallback || (!near.has(inFunction) && (isConditional(call) || !certain.has(inFunction)));
      return { call, path: inFunction.path, name: call.resolved, entry, isRemote, isFallback };
    }),
  );
});

const namedCalls = new FunctionIndex(({ calls }) =>
  calls.flatMap((call) => {
    if (call.kind !== "functionCall" || call.targets.length > 0 || !call.path.includes("::")) return [];
    return platformName.test(call.resolved) ? [call] : [];
  }),
);

function standsForMissing(canister: CanisterModel, { range: { start } }: FunctionCall, path: string): boolean {
  const before = canister.textIn(path, Math.max(0, start - 60), start);
  return /\b(unwrap_or_else|or_else|map_or_else|unwrap_or)\s*\(\s*(\|\w*\|\s*\{?\s*)?$/.test(before);
}

function isConditional({ at }: FunctionCall): boolean {
  return at.arms.some((it) => it.kind === "case");
}

/** The entry point through which the canister comes to the call. */
export function reachedFrom({ entry, call, path }: PlatformCall): RelatedRange[] {
  const { range } = entry.function;
  if (entry.path === path && range.start <= call.range.start && call.range.end <= range.end) return [];
  const what = entry.method === undefined ? `\`${entry.function.name}\`` : `the method \`${entry.method}\``;
  return [{ path: entry.path, range: entry.nameRange, message: `${what} leads to it` }];
}
