/** What became of a name of ic-cdk with version 0.18, which deprecated the old one, and 0.20, which removed it. */
export interface RenamedName {
  /** The new name, from the crate's name on; absent where there is none. */
  readonly newName?: string;
  /** What to do. */
  readonly advice: string;
  /** Whether exchanging the name means the same: `safe`, or after a look (`review`); `no` where more has to change. */
  readonly fix: "safe" | "review" | "no";
}

const builder = "`Call::unbounded_wait(id, method).with_args(&args)` and `.candid_tuple()`";

const names: ReadonlyMap<string, RenamedName> = new Map<string, RenamedName>([
  ...renamed("ic_cdk::caller", "ic_cdk::api::msg_caller", "safe"),
  ...renamed("ic_cdk::api::caller", "ic_cdk::api::msg_caller", "safe"),
  ...renamed("ic_cdk::id", "ic_cdk::api::canister_self", "safe"),
  ...renamed("ic_cdk::api::id", "ic_cdk::api::canister_self", "safe"),
  ...renamed("ic_cdk::api::canister_balance128", "ic_cdk::api::canister_cycle_balance", "safe"),
  ...renamed("ic_cdk::api::canister_balance", "ic_cdk::api::canister_cycle_balance", "review"),
  ...renamed("ic_cdk::api::set_certified_data", "ic_cdk::api::certified_data_set", "safe"),
  ...renamed("ic_cdk::api::set_global_timer", "ic_cdk::api::global_timer_set", "safe"),
  ...renamed("ic_cdk::api::print", "ic_cdk::api::debug_print", "safe"),
  ...renamed("ic_cdk::print", "ic_cdk::api::debug_print", "safe"),
  ...renamed("ic_cdk::spawn", "ic_cdk::futures::spawn", "review"),
  ...renamed("ic_cdk::api::call::msg_cycles_available128", "ic_cdk::api::msg_cycles_available", "safe"),
  ...renamed("ic_cdk::api::call::msg_cycles_accept128", "ic_cdk::api::msg_cycles_accept", "safe"),
  ...renamed("ic_cdk::api::call::msg_cycles_refunded128", "ic_cdk::api::msg_cycles_refunded", "safe"),
  ...renamed("ic_cdk::api::call::msg_cycles_available", "ic_cdk::api::msg_cycles_available", "review"),
  ...renamed("ic_cdk::api::call::msg_cycles_accept", "ic_cdk::api::msg_cycles_accept", "review"),
  ...renamed("ic_cdk::api::call::msg_cycles_refunded", "ic_cdk::api::msg_cycles_refunded", "review"),
  ...renamed("ic_cdk::api::call::reject", "ic_cdk::api::msg_reject", "safe"),
  ...renamed("ic_cdk::api::call::reply_raw", "ic_cdk::api::msg_reply", "safe"),
  ...renamed("ic_cdk::api::call::arg_data_raw", "ic_cdk::api::msg_arg_data", "safe"),
  ...renamed("ic_cdk::api::call::method_name", "ic_cdk::api::msg_method_name", "safe"),
  ...renamed("ic_cdk::api::call::accept_message", "ic_cdk::api::accept_message", "safe"),
  ...renamed("ic_cdk::api::call::reject_code", "ic_cdk::api::msg_reject_code", "review"),
  ...renamed("ic_cdk::api::call::reject_message", "ic_cdk::api::msg_reject_msg", "safe"),
  ...renamed("ic_cdk::api::call::performance_counter", "ic_cdk::api::performance_counter", "safe"),
  ...renamed("ic_cdk::api::call::RejectionCode", "ic_cdk::call::RejectCode", "review"),
  ...renamed("ic_cdk::api::call::CallResult", "ic_cdk::call::CallResult", "review"),
  ...advised("ic_cdk::api::call::ManualReply", "return `PhantomData<T>` with `manual_reply = true`"),
  ...advised("ic_cdk::api::call::reply", "encode the reply and use `ic_cdk::api::msg_reply`"),
  ...advised("ic_cdk::api::call::arg_data", "use `ic_cdk::call::msg_arg_data` with a `DecoderConfig`"),
  ...advised("ic_cdk::call", `use ${builder}`),
  ...advised("ic_cdk::notify", `use ${builder.replace(" and `.candid_tuple()`", "")} and \`.oneway()\``),
  ...["call", "call_raw", "call_raw128", "call_with_payment", "call_with_payment128", "call_with_config"].flatMap(
    (it) => advised(`ic_cdk::api::call::${it}`, `use ${builder}`),
  ),
  ...["notify", "notify_raw", "notify_with_payment128"].flatMap((it) =>
    advised(`ic_cdk::api::call::${it}`, `use ${builder.replace(" and `.candid_tuple()`", "")} and \`.oneway()\``),
  ),
]);

function renamed(old: string, newName: string, fix: "safe" | "review"): [string, RenamedName][] {
  return [[old, { newName, fix, advice: `use \`${newName}\`` }]];
}

function advised(old: string, advice: string): [string, RenamedName][] {
  return [[old, { advice, fix: "no" }]];
}

/** What became of a name, spelled from the crate's name on; `version` is that of ic-cdk. */
export function renamedName(name: string, version: readonly number[]): RenamedName | undefined {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (/^ic_cdk::api::stable(::|$)/.test(name)) {
    return { newName: name.replace("ic_cdk::api::", "ic_cdk::"), advice: "use `ic_cdk::stable`", fix: "safe" };
  }
  if (name.startsWith("ic_cdk::api::management_canister")) {
    const isSplit = (version[1] ?? 0) >= 20 || (version[0] ?? 0) >= 1;
    const advice = isSplit
      ? "use the crate `ic-cdk-management-canister` or `ic-cdk-bitcoin-canister`"
      : "use `ic_cdk::management_canister` or `ic_cdk::bitcoin_canister`";
    return { advice, fix: "no" };
  }
  return name.startsWith("ic_cdk::export::") || name === "ic_cdk::export"
    ? { advice: "use the crate `candid`", fix: "no" }
    : undefined;
}
