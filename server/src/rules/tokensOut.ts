import type { CanisterCall, CanisterModel, EntryPoint, Step } from "../analysis/canisterModel.ts";
import { argumentFields, isOpen } from "./openEndpoints.ts";
import { findReached, isDeferred, StepReach, wayPlaces } from "./reach.ts";
import type { RelatedRange } from "./rule.ts";

/** What an endpoint does that not everybody should. */
export interface Act {
  readonly what: string;
  readonly severity: "warning" | "information";
  readonly related: readonly RelatedRange[];
}

/** A method that is called as a ledger's, and hands the transfer on to a ledger, out of this canister's own account. */
export function ledgerInDisguise(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  const isOne = entry.method === "icrc1_transfer" && isOpen(canister, entry, "whatever it is called");
  return isOne ? payingCall(canister, entry) : undefined;
}

const amounts = /(^|_)(amount|value|quantity|e8s|tokens|sum|satoshis?|sats|wei|lamports)($|_)/i;

/** What moves tokens of the canister, or those that others allow it to move. */
const outgoing = /^(icrc1_transfer|transfer|send_dfx|icrc2_approve|approve|icrc2_transfer_from|transfer_from)$/;

function isPayment(step: Step): step is CanisterCall {
  return step.kind === "canisterCall" && outgoing.test(step.method ?? "");
}

const payments = new StepReach(isPayment);

/** The canister pays as much as whoever asks wants. */
export function payingCall(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  const { function: paying, method = "" } = entry;
  const isChosen =
    paying.parameters.some((it) => amounts.test(it.name) || /\bTransfer\w*Args?\b/.test(it.type)) ||
    argumentFields(canister, entry).some((it) => amounts.test(it));
  if (!isChosen || /(^|_)(deposit|claim|swap|refund|mint)/.test(method)) return undefined;
  if (!payments.isPossible(canister, paying)) return undefined;
  const reached = findReached(
    paying,
    (step) => (isPayment(step) ? step : undefined),
    (call, inFunction) => !isDeferred(call, inFunction),
  );
  if (reached === undefined) return undefined;
  const { found, inFunction } = reached;
  return {
    what: `it reaches \`${found.method}\` with an amount that the caller chooses`,
    severity: "warning",
    related: [...wayPlaces(reached), { path: inFunction.path, range: found.range, message: "tokens leave here" }],
  };
}

/** Whoever calls is paid what they ask for: who calls is asked only to know where it goes, and nothing else is asked at all. */
export function payingWhoeverCalls(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  const { kind, guards, method = "", function: paying } = entry;
  if (kind !== "update" || guards.length > 0 || /^icrc\d/.test(method)) return undefined;
  if (!paying.parameters.some((it) => amounts.test(it.name))) return undefined;
  if (!payments.isPossible(canister, paying)) return undefined;
  const { summary } = paying;
  if (summary.writes.length > 0 || summary.laterWrites.length > 0) return undefined;
  const asks = (step: Step) =>
    step.kind === "check" && (step.readsCaller || step.reads.length > 0 || /caller|owner|admin/.test(step.text))
      ? step
      : undefined;
  if (findReached(paying, asks, () => true) !== undefined) return undefined;
  const isPaid = findReached(paying, (step) =>
    step.kind === "canisterCall" && receiving.test(step.method ?? "") ? step : undefined,
  );
  if (isPaid !== undefined) return undefined;
  // What lies under the caller is the caller's own.
  const isOwn = findReached(paying, (step) => (takesFromSubaccount(step) ? step : undefined)) !== undefined;
  const act = isOwn ? undefined : payingCall(canister, entry);
  return (
    act && { ...act, what: act.what.replace("that the caller chooses", "that the caller chooses, to whoever calls") }
  );
}

function takesFromSubaccount(step: Step): boolean {
  return (
    step.kind === "structLiteral" && step.fields.some((it) => it.name === "from_subaccount" && it.value !== "None")
  );
}

/** Tokens come in. */
const receiving = /transfer_from|deposit|approve/;

/** The canister signs for whoever asks, with a destination or an amount that they choose. */
export function signingCall(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  const names = [...entry.function.parameters.map((it) => it.name), ...argumentFields(canister, entry)];
  if (!names.some((it) => amounts.test(it) || destination.test(it))) return undefined;
  if (!signatures.isPossible(canister, entry.function)) return undefined;
  const reached = findReached(
    entry.function,
    (step) => (isSignature(step) ? step : undefined),
    (call, inFunction) => !isDeferred(call, inFunction),
  );
  if (reached === undefined) return undefined;
  const { found, inFunction } = reached;
  return {
    what: `it reaches \`${found.method}\`, and the caller chooses what is paid to whom`,
    severity: "warning",
    related: [...wayPlaces(reached), { path: inFunction.path, range: found.range, message: "the canister signs here" }],
  };
}

const signing = /^(sign_with_(ecdsa|schnorr)|bitcoin_send_transaction)$/;

function isSignature(step: Step): step is CanisterCall {
  return step.kind === "canisterCall" && signing.test(step.method ?? "");
}

const signatures = new StepReach(isSignature);

const destination = /(^|_)(to|recipient|receiver|destination|dest|dst)(_(address|account|addr))?$|^address$/i;
