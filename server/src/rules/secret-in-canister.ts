import type { CanisterModel, StructLiteral } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import type { TextLiteral } from "../analysis/textLiterals.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Rule, RuleFinding } from "./rule.ts";
import { fieldsHeld } from "./storedStructs.ts";

const secretNames =
  /(^|_|-|rapid)(api[_-]?key|secret([_-]key)?|private[_-]?key|mnemonic|seed_phrase|password|passwd|(access|auth|bearer|api)[_-]?token|client_secret)($|_|-)/i;
const harmlessNames =
  /public|test|mock|example|sample|dummy|hash|name|url|path|topic|header|field|env|prefix|derivation|error|message|crypt|cipher|sealed/i;

/** So much information per character have keys; words have less. In bits. */
const entropyMin = 3.3;
const lengthMin = 16;

const everybody =
  "whoever runs a node of the subnet can read it, in the Wasm and in memory. Keep it outside of the canister.";

/** Everybody who runs a node can read the key. */
export const secretInCanister: Rule = {
  id: "secret-in-canister",
  severity: "warning",
  docs: {
    what: "A key, a password or a token stands in the code, is kept in state, or is sent from there with a request.",
    why: "The Wasm of a canister and its memory lie on every node of the subnet in plain: who runs a node can read them, and the source shows the rest.",
    instead: "Keep the key in a proxy outside, let users sign, or use vetKeys.",
  },

  check(canister, report) {
    for (const { path, name, nameRange, init, type } of canister.constants) {
      const value = /^(?:\w+::)*"([^"]*)"/.exec(init.trim())?.[1];
      if (value === undefined || !/str|String/.test(type) || !isSecret(name, value)) continue;
      const message = `\`${name}\` holds what looks like a secret: ${everybody}`;
      report({ ...weightIn(path), confidence: "medium", path, range: nameRange, message });
    }
    for (const [{ path }, found] of secretsInCode.of(canister)) {
      for (const it of found) report({ confidence: "medium", path, ...it });
    }
    for (const { name, path, range } of keptSecrets(canister)) {
      const message =
        `State keeps the secret \`${name}\`: whoever runs a node of the subnet can read it in the canister's memory. Keep it ` +
        "outside of the canister; of a password, keep a salted hash.";
      report({ severity: "information", confidence: "medium", path, range, message });
    }
  },
};

const secretsInCode = new FunctionIndex(({ steps, texts }) => {
  const headers = steps.flatMap((it): Told[] => {
    const range = it.kind === "structLiteral" ? secretHeader(it) : undefined;
    return range === undefined ? [] : [{ severity: "information", range, message: sentText("header") }];
  });
  const told = texts.flatMap((it): Told[] => {
    const judgement = judged(it);
    return judgement === undefined ? [] : [{ range: it.range, ...judgement }];
  });
  return [...headers, ...told];
});

type Told = Pick<RuleFinding, "range" | "message" | "severity">;

/** Examples and tests show keys of networks where nothing is worth anything. */
function weightIn(path: string): { severity?: "information" } {
  return /[\\/](?:examples?|tests?|mocks?)[\\/]/.test(path) ? { severity: "information" } : {};
}

/** What the code shows to everybody is worse than what only nodes see. */
function judged({ value, givenTo }: TextLiteral): Pick<RuleFinding, "message" | "severity"> | undefined {
  const what = givenTo === "" ? "This text" : `\`${givenTo}\``;
  if (isSecret(givenTo, value)) return { message: `${what} holds what looks like a secret: ${everybody}` };
  if (/(^|\.)(\w*strip\w*|\w*trim\w*|starts_with|split\w*|r?find|contains|replace\w*|eq)$/.test(givenTo))
    return undefined;
  const isHeader = /^(Bearer|Basic) (\{[\w:?]*\}|$)/.test(value);
  if (!isHeader && !/[?&](api_?key|appid|access_token)=\{/i.test(value)) return undefined;
  return { severity: "information", message: sentText(isHeader ? "header" : "address") };
}

function sentText(what: "header" | "address"): string {
  return (
    `This ${what} sends a secret from the canister's memory, which whoever runs a node of the subnet can read. Let a ` +
    "proxy outside add it."
  );
}

/** The value of a header that is named like a secret, where no text of the code says what it is. */
function secretHeader({ fields }: StructLiteral): TextRange | undefined {
  const [name, value, ...others] = fields;
  if (name?.name !== "name" || value?.name !== "value" || others.length > 0 || value.value.includes('"'))
    return undefined;
  const header = /^(?:\w+(?:::\w+)*\()?"([^"]*)"/.exec(name.value)?.[1] ?? "";
  return secretNames.test(header) || /^authorization$/i.test(header) ? value.valueRange : undefined;
}

/** Statics, and fields of what statics and stable memory hold, that are named like secrets and hold a text. */
function keptSecrets(canister: CanisterModel): { name: string; path: string; range: TextRange }[] {
  const isKept = (name: string, type: string) =>
    secretNames.test(name) &&
    // The counterpart of a hash that everybody gets in the end.
    !/^_?secret$/i.test(name) &&
    !harmlessNames.test(name) &&
    /^(\w+::)*(Option\s*<\s*)?(\w+::)*String\b/.test(type);
  const statics = canister.state.filter((it) => isKept(it.name, it.type.replace(/^(\w+::)*(Ref)?Cell\s*<\s*/, "")));
  const fields = fieldsHeld(canister, (declared) => /secret|key|mnemonic|seed|passw|token/i.test(declared)).filter(
    (it) => isKept(it.name, it.type),
  );
  return [...statics.map((it) => ({ name: it.name, path: it.path, range: it.nameRange })), ...fields];
}

/** Keys of well-known services, which begin alike, and headers with a key of their own. */
const keys =
  /(^|\s)(sk-[\w-]{20,}|gsk_\w{20,}|GOCSPX-[\w-]{20,}|gh[pos]_\w{30,}|AIza[\w-]{30,}|xox[bp]-[\w-]{20,}|AKIA[A-Z0-9]{16})$|^(Bearer|Basic|Token|Bot) [\w+/=.-]{20,}$/;

const privateKeys = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\[nr]|[\w+/=\s]){40,}/;

/** Nodes of other chains are asked by an address that ends with a key of the account: `https://…/v2/<key>`. */
const keyInAddress =
  /^https:\/\/[\w.-]*\b(?:alchemy|alchemyapi|infura|ankr|quiknode|helius|blastapi|getblock|nodereal|chainstack)\b[\w.-]*\/(?:[\w-]+\/)*([\w-]{24,})\/?$/;

function isSecret(name: string, value: string): boolean {
  if (privateKeys.test(value)) return true;
  const inAddress = keyInAddress.exec(value)?.[1];
  if (inAddress !== undefined) return entropy(inAddress) >= entropyMin && !/your|example|dummy|demo/i.test(inAddress);
  if (keys.test(value) && entropy(value) >= entropyMin && !/(x|\*|\.){6}|your|example|dummy|placeholder/i.test(value))
    return true;
  if (!secretNames.test(name) || harmlessNames.test(name)) return false;
  if (/^(\w+ ){11,23}\w+$/.test(value)) return true;
  const isToken = /^[\w+/=.-]+$/.test(value) && value.length >= lengthMin && !/^https?:|^([a-z2-7]{5}-)+/.test(value);
  return isToken && entropy(value) >= entropyMin && !/^[a-z]+([_.-][a-z]+)*$/.test(value);
}

/** Shannon's measure, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, it) => sum - (it / text.length) * Math.log2(it / text.length), 0);
}
