import type { CanisterCall, CanisterModel, ModelFunction, StructLiteral } from "../analysis/canisterModel.ts";
import { type ConstantUse, constantSeen } from "../analysis/constantSeen.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** A ledger whose fee everybody knows. */
interface KnownLedger {
  readonly name: string;
  /** Ids and names that it is called by. */
  readonly calledBy: RegExp;
  /** In its smallest unit. */
  readonly fee: number;
  readonly unit: string;
}

const ledgers: readonly KnownLedger[] = [
  {
    name: "ckBTC",
    calledBy: /(^|[^a-z])ckbtc(?!.*minter)|mxzaz-hqaaa-aaaar-qaada-cai/i,
    fee: 10,
    unit: "satoshi",
  },
  {
    name: "ICP",
    calledBy: /(^|[^a-z])icp_?ledger|MAINNET_LEDGER_CANISTER_ID|ryjl3-tyaaa-aaaaa-aaaba-cai/i,
    fee: 10_000,
    unit: "e8s",
  },
];

/** A whole token: no fee is that high. */
const wholeToken = 100_000_000;

/** A fee that is given in the wrong unit. */
export const ledgerFeeUnits: Rule = {
  id: "ledger-fee-units",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A transfer of ICP or ckBTC names a fee of a whole token or more, or ICP's fee for ckBTC.",
    why: "Ledgers count in their smallest unit. One that is offered another fee than its own answers `BadFee`, and transfers nothing.",
    instead:
      "Write `fee: None`, which takes what the ledger asks, or the fee in its unit: 10_000 e8s for ICP, 10 satoshi for ckBTC.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const literal of inFunction.steps) {
        if (literal.kind !== "structLiteral" || !isTransfer(literal)) continue;
        const field = literal.fields.find((it) => it.name === "fee");
        const fee = field === undefined ? undefined : numberOf(canister, field.value, inFunction);
        const ledger = fee === undefined ? undefined : ledgerOf(canister, literal, inFunction);
        if (field === undefined || fee === undefined || ledger === undefined) continue;
        const isOfIcp = ledger.name === "ckBTC" && fee === 10_000;
        if (fee < wholeToken && !isOfIcp) continue;
        report({
          confidence: "medium",
          path: inFunction.path,
          range: field.valueRange,
          message:
            `The fee of ${ledger.name} is ${ledger.fee} ${ledger.unit}, and ${isOfIcp ? "this is that of ICP" : `this is ${fee / wholeToken} of the token`}: ` +
            "the ledger answers `BadFee` and transfers nothing. Write `None`, or the fee in its unit.",
        });
      }
    }
  },
};

function isTransfer({ name }: StructLiteral): boolean {
  return /(^|::)(Icrc1)?(Transfer|TransferFrom|Approve)Args?$/.test(name);
}

/** The ledger that the transfer is sent to, where all calls that may send it are of one. */
function ledgerOf(canister: CanisterModel, literal: StructLiteral, inFunction: ModelFunction): KnownLedger | undefined {
  if (isOfIcpLibrary(canister, literal, inFunction)) return ledgers.find((it) => it.name === "ICP");
  const calls = inFunction.steps.filter(
    (it): it is CanisterCall => it.kind === "canisterCall" && it.at.order > literal.at.order && it.calleeIs === "other",
  );
  const body = bodyText(canister, inFunction);
  const called = new Set(calls.map((it) => calleeOf(canister, it, body)));
  const [only] = called;
  return called.size === 1 ? only : undefined;
}

/** The argument of ICP's own `transfer`, which the library declares for that ledger alone. */
function isOfIcpLibrary(canister: CanisterModel, { name, fields }: StructLiteral, { path }: ModelFunction): boolean {
  if (/(^|::)ic_ledger_types::TransferArgs$/.test(name)) return true;
  const imports = /\buse\s+ic_ledger_types\s*::(?:[^;]*\bTransferArgs\b|\s*\*)/;
  return name === "TransferArgs" && fields.some((it) => it.name === "memo") && imports.test(canister.textOf(path));
}

/** By what the callee is called, or by what its variable or its constant is set to. */
function calleeOf(
  canister: CanisterModel,
  { callee, arguments: given, api }: CanisterCall,
  body: string,
): KnownLedger | undefined {
  const named = api === "wrapper" ? (given[0]?.text ?? "") : callee;
  const variable = /^&?([a-z_]\w*)(?:\.clone\(\))?$/.exec(named.trim())?.[1];
  const set = variable === undefined ? null : new RegExp(`\\blet\\s+${variable}\\b[^=;]*=\\s*([^;]+);`).exec(body);
  const text = `${named} ${set?.[1] ?? ""}`;
  const constant = canister.constants.find((it) => new RegExp(`\\b${it.name}\\b`).test(text));
  const all = `${text} ${constant?.init ?? ""}`;
  return ledgers.find((it) => it.calledBy.test(all));
}

/** A literal number, or a constant of one, however it is wrapped: `Some(Nat::from(10_000u64))`, `Tokens::from_e8s(FEE)`. */
function numberOf(canister: CanisterModel, value: string, at: ConstantUse): number | undefined {
  const bare = value
    .replace(/^Some\(([\s\S]*)\)$/, "$1")
    .replace(/^(?:\w+::)*(?:Nat|NumTokens|Tokens|ICRC1Tokens)::(?:from|from_e8s)\(([\s\S]*)\)$/, "$1")
    .replace(/\.(?:into|clone)\(\)$/, "")
    .replace(/^\(([\s\S]*)\)$/, "$1")
    .trim();
  const literal = /^([\d_]+)(?:_?[ui]\d+)?$/.exec(bare)?.[1];
  if (literal !== undefined) return Number(literal.replaceAll("_", ""));
  const init = /^[A-Za-z_][\w:]*$/.test(bare) ? constantSeen(canister, bare, at)?.init.trim() : undefined;
  return init !== undefined && /^[\d_]+/.test(init) ? numberOf(canister, init, at) : undefined;
}
