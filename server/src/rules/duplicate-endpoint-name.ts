import type { EntryPoint } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import type { Rule } from "./rule.ts";

/** Two functions want to be the same export of the Wasm. */
export const duplicateEndpointName: Rule = {
  id: "duplicate-endpoint-name",
  severity: "error",
  docs: {
    what: "Two methods of a canister have the same name, or two functions the same hook, such as `#[init]`.",
    why: "Each is an export of the Wasm, and an export can be given once: linking fails with a duplicate symbol. An update and a query of the same name link, but installing the canister fails.",
    instead: 'Rename one of them, with `name = "…"` where the function should keep its name.',
  },

  check(canister, report) {
    const known = new Map<string, EntryPoint[]>();
    for (const entry of canister.entryPoints) {
      // Alternatives that only the build can choose between.
      if (entry.function.attributes.some((it) => /^cfg(_attr)?$/.test(it.path)) || entry.function.hasError) continue;
      const name = entry.method === undefined ? `#[${entry.kind}]` : entry.method;
      const others = known.get(name) ?? [];
      known.set(name, [...others, entry]);
      const first = others.find((it) => isSameWasm(it, entry) && it.function !== entry.function);
      if (first === undefined) continue;
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message: message(entry, first),
        related: [{ path: first.path, range: first.nameRange, message: "the first one" }],
      });
    }
  },
};

/** Each binary is a Wasm of its own, which holds the library as well. */
function isSameWasm(a: EntryPoint, b: EntryPoint): boolean {
  return a.binary === b.binary || a.binary === "" || b.binary === "";
}

function message({ kind, method, attribute, function: { name } }: EntryPoint, first: EntryPoint): string {
  if (method === undefined) {
    return `\`${name}\` is a second \`#[${lastName(attribute.path)}]\` of this canister, which can have one: linking fails. Call both from one function.`;
  }
  const fate = kind === first.kind ? "linking fails with a duplicate symbol" : "the canister cannot be installed";
  return `The method \`${method}\` is defined twice: ${fate}. Rename one of them.`;
}
