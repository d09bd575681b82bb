import type { Rule } from "./rule.ts";

const secretNames =
  /(^|_|-)(api_?key|secret(_key)?|private_?key|mnemonic|seed_phrase|password|passwd|(access|auth|bearer|api)_?token|client_secret)($|_|-)/i;
const harmlessNames =
  /public|test|mock|example|sample|dummy|hash|name|url|path|topic|header|field|env|prefix|derivation|error|message/i;

/** So much information per character have keys; words have less. In bits. */
const entropyMin = 3.3;
const lengthMin = 16;

/** Everybody who runs a node can read the key. */
export const secretInCanister: Rule = {
  id: "secret-in-canister",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "A key, a password or a token stands in the code, or is sent from state in an `Authorization` header.",
    why: "The Wasm of a canister and its memory lie on every node of the subnet in plain: who runs a node can read them, and the source shows the rest.",
    instead: "Keep the key in a proxy outside, let users sign, or use vetKeys.",
  },

  check(canister, report) {
    const message = (name: string) =>
      `\`${name}\` holds what looks like a secret: whoever runs a node of the subnet can read it, in the Wasm and in memory. Keep ` +
      "it outside of the canister.";
    for (const { path, name, nameRange, init, type } of canister.constants) {
      const value = /^(?:\w+::)*"([^"]*)"/.exec(init.trim())?.[1];
      if (value === undefined || !/str|String/.test(type) || !isSecret(name, value)) continue;
      report({ confidence: "medium", path, range: nameRange, message: message(name) });
    }
    for (const { path, texts } of canister.functions) {
      for (const { value, range, givenTo } of texts) {
        if (isSecret(givenTo, value)) report({ confidence: "medium", path, range, message: message(givenTo) });
        if (!/^(Bearer|Basic) (\{[\w:?]*\}|$)/.test(value)) continue;
        report({
          confidence: "medium",
          path,
          range,
          message:
            "This header sends a secret from the canister's memory, which whoever runs a node of the subnet can read. Let a proxy " +
            "outside add it.",
        });
      }
    }
  },
};

/** Keys of well-known services, which begin alike, and headers with a key of their own. */
const keys =
  /(^|\s)(sk-[\w-]{20,}|gsk_\w{20,}|gh[pos]_\w{30,}|AIza[\w-]{30,}|xox[bp]-[\w-]{20,}|AKIA[A-Z0-9]{16})$|^(Bearer|Basic|Token|Bot) [\w+/=.-]{20,}$/;

function isSecret(name: string, value: string): boolean {
  if (keys.test(value) && entropy(value) >= entropyMin && !/(x|\*|\.){6}|your|example|dummy/i.test(value)) return true;
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
