import type { EntryPoint, FunctionCall } from "../analysis/canisterModel.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** A few bytes may take all instructions of a message to decode. */
export const untrustedDecodeNoQuota: Rule = {
  id: "untrusted-decode-no-quota",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "Candid bytes of a caller are decoded without a quota, into a type that may hold anything.",
    why: "A few bytes can stand for millions of `null`s or for values nested a thousand times: decoding them takes all instructions of the message, and the canister pays for it.",
    instead: "Decode with `decode_args_with_config` and a `DecoderConfig` whose quotas are set, or into plain types.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      if (entry.guards.length > 0 || !/^(update|query|compositeQuery|inspectMessage)$/.test(entry.kind)) continue;
      const bytes = byteParameters(entry);
      for (const call of entry.function.steps) {
        if (call.kind !== "functionCall" || !decodesAnything(call)) continue;
        const given = bytes.find((name) => call.arguments.some((it) => new RegExp(`^&?${name}\\b`).test(it.text)));
        if (given === undefined) continue;
        report({
          confidence: "low",
          path: entry.path,
          range: call.range,
          message:
            `\`${given}\` comes from whoever calls ${entryName(entry)}, and is decoded without a quota: a few bytes may take all ` +
            "instructions. Use `DecoderConfig` with quotas.",
        });
      }
    }
  },
};

function byteParameters({ function: { parameters } }: EntryPoint): readonly string[] {
  return parameters.filter((it) => /\bVec\s*<\s*u8\s*>|\b(ByteBuf|Bytes)\b/.test(it.type)).map((it) => it.name);
}

/** Values of any type, and types that hold what costs nothing to send. */
function decodesAnything({ path, typeArguments }: FunctionCall): boolean {
  if (/(^|::)IDLArgs::from_bytes$/.test(path)) return true;
  return (
    /(^|::)decode_(one|args)$/.test(path) &&
    /\b(IDLValue|IDLArgs|Reserved|Null)\b|Vec\s*<\s*(Vec|\(\))/.test(typeArguments)
  );
}
