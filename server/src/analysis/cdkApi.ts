/** What a function of ic-cdk or one of its crates is to the analysis. */
export type CdkFunction =
  /** Starts the builder of a call (ic-cdk 0.18 and later). */
  | { readonly kind: "callBuilder"; readonly wait: "bounded" | "unbounded" }
  /** The call functions of before 0.18: always unbounded wait. */
  | { readonly kind: "oldCall"; readonly isOneWay: boolean }
  /** A wrapper of a method of the management canister; `isOld` are the ones of `ic_cdk::api`. */
  | { readonly kind: "managementCall"; readonly isOld: boolean }
  | { readonly kind: "caller" }
  | { readonly kind: "isController" }
  | { readonly kind: "trap" }
  | { readonly kind: "reply" }
  | { readonly kind: "ownId" }
  | { readonly kind: "spawn" }
  | { readonly kind: "timer" }
  | { readonly kind: "certifiedData" }
  | { readonly kind: "stableSave" }
  | { readonly kind: "stableRestore" }
  | { readonly kind: "methodName" }
  | { readonly kind: "acceptMessage" }
  /** Combines futures that are given to it, and waits for nothing else. */
  | { readonly kind: "combinator" };

const oldCalls =
  "call call_raw call_raw128 call_with_payment call_with_payment128 call_with_config notify notify_raw " +
  "notify_with_payment128";

const named: ReadonlyMap<string, CdkFunction> = new Map<string, CdkFunction>([
  ...rows("ic_cdk::api::call", oldCalls, (name) => ({ kind: "oldCall", isOneWay: name.startsWith("notify") })),
  ...rows("ic_cdk", "call notify", (name) => ({ kind: "oldCall", isOneWay: name === "notify" })),
  ...rows("ic_cdk", "caller", () => ({ kind: "caller" })),
  ...rows("ic_cdk::api", "caller msg_caller", () => ({ kind: "caller" })),
  ...rows("ic_cdk::api", "is_controller", () => ({ kind: "isController" })),
  ...rows("ic_cdk", "trap", () => ({ kind: "trap" })),
  ...rows("ic_cdk::api", "trap", () => ({ kind: "trap" })),
  ...rows("ic_cdk", "id", () => ({ kind: "ownId" })),
  ...rows("ic_cdk::api", "id canister_self", () => ({ kind: "ownId" })),
  ...rows("ic_cdk::api", "msg_reply msg_reject", () => ({ kind: "reply" })),
  ...rows("ic_cdk::api::call", "reply reply_raw reject", () => ({ kind: "reply" })),
  ...rows("ic_cdk", "spawn", () => ({ kind: "spawn" })),
  ...rows("ic_cdk::api", "certified_data_set set_certified_data", () => ({ kind: "certifiedData" })),
  ...rows("ic_cdk::storage", "stable_save", () => ({ kind: "stableSave" })),
  ...rows("ic_cdk::storage", "stable_restore", () => ({ kind: "stableRestore" })),
  ...rows("ic_cdk::api", "msg_method_name accept_message", (name) => messageFunction(name)),
  ...rows("ic_cdk::api::call", "method_name accept_message", (name) => messageFunction(name)),
]);

function rows(module: string, names: string, row: (name: string) => CdkFunction): [string, CdkFunction][] {
  return names.split(" ").map((name) => [`${module}::${name}`, row(name)]);
}

function messageFunction(name: string): CdkFunction {
  return { kind: name === "accept_message" ? "acceptMessage" : "methodName" };
}

const prefixed: readonly (readonly [RegExp, CdkFunction])[] = [
  [/(^|::)Call::bounded_wait$/, { kind: "callBuilder", wait: "bounded" }],
  [/(^|::)Call::unbounded_wait$/, { kind: "callBuilder", wait: "unbounded" }],
  [/^ic_cdk::api::management_canister::\w+::(?!transform_|cost_)[a-z]\w*$/, { kind: "managementCall", isOld: true }],
  [/^ic_cdk::(management|bitcoin)_canister::(?!transform_|cost_)[a-z]\w*$/, { kind: "managementCall", isOld: false }],
  [/^ic_cdk_(management|bitcoin)_canister::(?!transform_|cost_)[a-z]\w*$/, { kind: "managementCall", isOld: false }],
  [/^ic_cdk::futures::(internals::)?spawn\w*$/, { kind: "spawn" }],
  [/^ic_cdk_timers::set_timer\w*$/, { kind: "timer" }],
  [/^(futures|futures_util|std|core|alloc|tokio|async_std|pin_utils)::/, { kind: "combinator" }],
  [/(^|::)(join_all|try_join_all|select_all|ready|poll_fn)$/, { kind: "combinator" }],
];

/** What a path of another crate is, spelled from the crate's name on. */
export function cdkFunction(written: string): CdkFunction | undefined {
  const path = ownPath(written);
  return named.get(path) ?? prefixed.find(([pattern]) => pattern.test(path))?.[1];
}

/** What ic-kit calls otherwise, and what another crate hands on: `ic_exports::ic_cdk::api::call::call`. */
function ownPath(path: string): string {
  if (!path.includes("ic::") && !path.includes("::ic_cdk")) return path;
  // `use ic_kit::*;` brings the module `ic`.
  const [, kitName] = /^(?:(?:\w+::)*ic_kit::)?ic::(\w+)$/.exec(path) ?? [];
  if (kitName !== undefined) return ofKit.get(kitName) ?? `ic_cdk::${kitName}`;
  return path.replace(/^.*::(?=ic_cdk(?:_\w+)?::)/, "");
}

const ofKit: ReadonlyMap<string, string> = new Map([
  ["stable_store", "ic_cdk::storage::stable_save"],
  ["stable_restore", "ic_cdk::storage::stable_restore"],
  ["set_certified_data", "ic_cdk::api::set_certified_data"],
  ["call_with_payment", "ic_cdk::api::call::call_with_payment"],
  ["call_raw", "ic_cdk::api::call::call_raw"],
]);

/** The same for a name that may come from one of some glob imports (`use ic_cdk::api::*`). */
export function cdkFunctionInGlobs(name: string, globs: readonly string[]): CdkFunction | undefined {
  for (const glob of globs) {
    const found = cdkFunction(`${glob}::${name}`);
    if (found !== undefined && found.kind !== "combinator") return found;
  }
  return cdkFunction(name);
}
