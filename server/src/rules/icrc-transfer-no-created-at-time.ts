import type { ModelFunction, StructLiteral } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** The ledger cannot tell a repeated transfer from a second one. */
export const icrcTransferNoCreatedAtTime: Rule = {
  id: "icrc-transfer-no-created-at-time",
  severity: "information",
  isPerFunction: true,
  docs: {
    what: "A transfer or approval leaves `created_at_time` out.",
    why: "Ledgers recognise a repeated transfer by `created_at_time`, for about a day. Without it a transfer whose outcome is unknown cannot be sent again safely: it may be executed twice.",
    instead: "Set `created_at_time: Some(ic_cdk::api::time())`, keep the argument, and send the same one again.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const literal of inFunction.steps) {
        if (literal.kind !== "structLiteral" || !isTransfer(literal, inFunction)) continue;
        const field = literal.fields.find((it) => it.name === "created_at_time");
        if (field === undefined && !/default\(/.test(literal.base ?? "")) continue;
        if (field !== undefined && field.value !== "None") continue;
        report({
          ...(field === undefined && { severity: "hint" }),
          confidence: field === undefined ? "medium" : "high",
          path: inFunction.path,
          range: field?.range ?? literal.range,
          message:
            `This \`${typeName(literal)}\` has no \`created_at_time\`: sent again after an unknown outcome, it may be executed ` +
            "twice. With a time the ledger recognises the repetition.",
          fixes: field === undefined ? [] : setTime(literal, inFunction.path, field.valueRange),
        });
      }
    }
  },
};

function typeName({ name }: StructLiteral): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/** The arguments of ledgers; a type of the crate's own has to be sent where it is made. */
function isTransfer(literal: StructLiteral, { steps }: ModelFunction): boolean {
  if (!/^(Icrc\d+|ICRC\d+)?(TransferArgs?|TransferFromArgs?|ApproveArgs?)$/.test(typeName(literal))) return false;
  return !literal.isOwnType || steps.some((it) => it.kind === "canisterCall" && it.at.order > literal.at.order);
}

/** ICRC ledgers take nanoseconds; the old ICP ledger takes a struct. */
function setTime(literal: StructLiteral, path: string, range: StructLiteral["range"]): QuickFix[] {
  if (/TransferArgs$/.test(typeName(literal)) || /ic_ledger_types/.test(literal.name)) return [];
  const edits = [{ path, range, newText: "Some(ic_cdk::api::time())" }];
  return [{ title: "Set the time of the transfer", kind: "review", edits }];
}
