import type { CallSite } from "../analysis/crateSurface.ts";
import { readInterface } from "../candid/serviceInterface.ts";
import { methodOf, type ServiceType } from "../candid/types.ts";
import { icrcLedgerText } from "./icrcLedger.ts";
import { managementMethods } from "./managementMethods.ts";
import { managementCanister, type WellKnownCanister, wellKnownCanister } from "./wellKnownCanisters.ts";
import type { Callee, CrateView, KnownCanister } from "./workspaceRule.ts";

/** Who a call goes to, where that can be known without guessing much; only canisters whose interface is known count. */
export function findCallee({ own, canisters, surface }: CrateView, call: CallSite): Callee | undefined {
  if (call.calleeIs === "management") return wellKnown(managementCanister());
  if (call.calleeIs === "self") return own.length === 1 ? callee(own[0], "id") : undefined;
  const embedded = [...call.callee.matchAll(/\b(?:CANISTER_ID_(\w+)|PUBLIC_CANISTER_ID:([\w-]+))/g)].map(
    (it) => it[1] ?? it[2] ?? "",
  );
  if (embedded.length > 0) return callee(only(canisters, embedded.map(plainName)), "id");
  const byId = canisters.filter((it) => it.ids.some((id) => call.callee.includes(`"${id}"`)));
  if (byId.length > 0) return byId.length === 1 ? callee(byId[0], "id") : undefined;
  const known = wellKnown(wellKnownCanister(call.callee));
  if (known !== undefined) return known;
  // An id that nobody here has is somebody else's.
  if (/"[a-z0-9]{5}(-[a-z0-9]{3,5}){4,}"/.test(call.callee)) return standard(call, surface.calls);
  const named = calleeNames(call.callee.split("\n")[0] ?? "");
  const byName = only(canisters, named);
  if (byName !== undefined && !own.includes(byName)) return callee(byName, "name");
  return byMethod(canisters, own, call, named) ?? standard(call, surface.calls);
}

function callee(canister: KnownCanister | undefined, by: Callee["by"]): Callee | undefined {
  const service = canister?.service;
  if (canister === undefined || service === undefined) return undefined;
  return { canister, service, name: canister.name, by };
}

function wellKnown(canister: WellKnownCanister | undefined): Callee | undefined {
  if (canister?.service === undefined) return undefined;
  return { canister: undefined, service: canister.service, name: canister.name, by: "standard" };
}

/** The one canister that one of the names means. */
function only(canisters: readonly KnownCanister[], names: readonly string[]): KnownCanister | undefined {
  const found = canisters.filter((it) => names.includes(plainName(it.name)));
  return found.length === 1 ? found[0] : undefined;
}

/** What says nothing of who is meant. */
const neutralName =
  /^(|c|id|cid|canister|callee|target|other|to|p|principal|peer|receiver|service|server|backend|remote)$/;

/** Nobody else in the project has a method of this name, and the variable does not speak of somebody else. */
function byMethod(
  canisters: readonly KnownCanister[],
  own: readonly KnownCanister[],
  call: CallSite,
  named: readonly string[],
): Callee | undefined {
  if (managementMethods.has(call.method) || !named.some((it) => neutralName.test(it))) return undefined;
  if (
    /^(get|set|add|put|list|name|owner|init|update|query|transfer|balance|icrc\d+_\w+|http_request|wallet_\w+|\w{1,5})$/.test(
      call.method,
    )
  ) {
    return undefined;
  }
  const having = canisters.filter((it) => it.service !== undefined && methodOf(it.service, call.method) !== undefined);
  const [first] = having;
  // Several canisters of one interface file are one.
  if (
    first === undefined ||
    own.includes(first) ||
    having.some((it) => it !== first && (it.candid === undefined || it.candid.path !== first.candid?.path))
  )
    return undefined;
  return callee(first, "method");
}

let ledger: ServiceType | undefined;

/** Methods that a standard defines. */
function standard(call: CallSite, calls: readonly CallSite[]): Callee | undefined {
  if (!/^icrc[12]_/.test(call.method) || isOfAnother(call, calls)) return undefined;
  ledger ??= readInterface(icrcLedgerText).environment.service?.service;
  return ledger && { canister: undefined, service: ledger, name: "ICRC-1 ledger", by: "standard" };
}

/**
 * What a file calls by one name is one canister; where some of the methods are none of a ledger, it is another one, such
 * as an index, or a ledger of another standard.
 */
function isOfAnother({ path, callee }: CallSite, calls: readonly CallSite[]): boolean {
  const names = calleeNames(callee);
  const saysNothing = names.length === 0 || names.some((it) => neutralName.test(it));
  if (saysNothing && !/^&?self\b/.test(callee)) return false;
  return calls.some((it) => it.path === path && it.callee === callee && !ledgerMethod.test(it.method));
}

const ledgerMethod =
  /^(icrc\d+_\w+|transfer|transfer_fee|send_dfx|notify_dfx|account_balance(_dfx)?|account_identifier|query_(encoded_)?blocks|get_blocks|get_transactions|get_data_certificate|symbol|name|decimals|archives|http_request|upgrade|is_ledger_ready)$/;

/** Names that an expression gives its callee: the last word of each path in it, without what says that it is an id. */
function calleeNames(text: string): string[] {
  const words = text.match(/[A-Za-z_]\w*/g) ?? [];
  const last = words
    .filter(
      (it) =>
        !/^(self|state|s|config|cfg|clone|unwrap|expect|borrow|get|with|into|copied|Principal|from_text|canister_id|id|read_state|data)$/.test(
          it,
        ),
    )
    .at(-1);
  return last === undefined
    ? []
    : [plainName(last.replace(/_?(canister_?id|canister|principal_?id|principal|id|pid)$/i, "")), plainName(last)];
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/canister$/, "");
}
