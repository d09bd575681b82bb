import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { definitionOf } from "./storedTypes.ts";

/** Money in numbers that round. */
export const floatMoney: Rule = {
  id: "float-money",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "An amount, a balance, a fee or a stake is an `f32` or `f64` of an endpoint.",
    why: "Floating point numbers round: most decimal amounts have no exact value, sums depend on their order, and above 2^53 whole units are lost. Balances stop adding up.",
    instead: "Count the smallest unit in a `u64`, a `u128` or a `Nat`: e8s of ICP, cents, cycles.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      for (const { name, type } of entry.function.parameters) {
        const field = isFloat(type) ? money.test(name) && name : moneyField(canister, type);
        if (typeof field !== "string") continue;
        report({
          confidence: "medium",
          path: entry.path,
          range: entry.nameRange,
          message: `\`${field}\` is money in floating point: it rounds, and sums do not add up. Count the smallest unit in a \`u64\` or \`Nat\`.`,
        });
      }
    }
  },
};

const money =
  /(^|_)(amount|balance|price|fee|reward|stake|e8s|cycles|deposit|payout|payment|cost|salary|rent|revenue|tokens)s?($|_)/;

function isFloat(type: string): boolean {
  return /^(Option\s*<\s*)?f(32|64)\b/.test(type.trim());
}

/** The first field of a struct of the crate that holds money in floating point. */
function moneyField(canister: CanisterModel, type: string): string | undefined {
  const name = /\b([A-Z]\w*)\s*>*$/.exec(type.trim())?.[1];
  const definition = name === undefined ? undefined : definitionOf(canister, name);
  for (const match of definition?.matchAll(/\b(\w+)\s*:\s*(?:Option\s*<\s*)?f(?:32|64)\b/g) ?? []) {
    if (money.test(match[1] ?? "")) return match[1];
  }
  return undefined;
}
