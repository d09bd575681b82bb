import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Rule } from "./rule.ts";
import { bodyText, commentsAt } from "./sourceText.ts";

/** What shall be random can be foretold. */
export const weakRandomness: Rule = {
  id: "weak-randomness",
  severity: "warning",
  docs: {
    what: "A random number generator is seeded from the time, the caller, a counter or a constant, or a number or secret is nothing but the time cut or hashed.",
    why: "All of these are known or can be guessed: the time within a second, the caller by the caller, a constant by everybody who reads the Wasm. Whoever knows the seed foretells every number, and picks the moment of the call that makes them win.",
    instead:
      "Seed the generator with `raw_rand` of the management canister, whose 32 bytes nobody knows before they are given.",
  },

  check(canister, report) {
    for (const inFunction of clocks.of(canister).keys()) {
      if (!reachableFunctions(canister).has(inFunction)) continue;
      const made = madeOfTime(canister, inFunction);
      if (made === undefined) continue;
      const isMeant = saysWeak.test(commentsAt(canister, inFunction.path, inFunction.range.start));
      report({
        ...(isMeant && { severity: "information" }),
        confidence: "medium",
        path: inFunction.path,
        range: made.range,
        message: `\`${made.name}\` is made of the time: whoever picks the moment of the call foretells it. Take the bytes of \`raw_rand\` of the management canister.`,
      });
    }
    // Where a generator is given true randomness later, its first seed is a placeholder.
    const isReseeded = () => canister.functions.some((it) => it.names.has("raw_rand"));
    for (const [inFunction, calls] of seedings.of(canister)) {
      if (!reachableFunctions(canister).has(inFunction)) continue;
      for (const call of calls) {
        const source = seedSource(canister, inFunction, call);
        if (source === undefined || (source === "a constant" && isReseeded())) continue;
        const isMeant = saysWeak.test(commentsAt(canister, inFunction.path, inFunction.range.start));
        report({
          ...(isMeant && { severity: "information" }),
          confidence: "high",
          path: inFunction.path,
          range: call.range,
          message: `The seed is ${source}: whoever knows it foretells every number. Seed the generator with \`raw_rand\` of the management canister.`,
        });
      }
    }
  },
};

/** Functions that ask for the time and for no true randomness. */
const clocks = new FunctionIndex(({ names }) =>
  names.has("time") && ![...names].some((it) => trueRandomness.test(it)) ? [true] : [],
);

interface MadeOfTime {
  readonly name: string;
  readonly range: TextRange;
}

/**
 * What is named as random or secret and is nothing but the time cut or hashed: `let bonus = time() % 100`, and what
 * `fn random_bytes()` gives.
 */
function madeOfTime(canister: CanisterModel, inFunction: ModelFunction): MadeOfTime | undefined {
  const { name, bodyRange } = inFunction;
  if (bodyRange === undefined) return undefined;
  const body = bodyText(canister, inFunction);
  const clock = /\b(?:\w+::)*time\(\)/.exec(body);
  if (clock === null) return undefined;
  const at = (index: number, length: number) => ({
    start: bodyRange.start + index,
    end: bodyRange.start + index + length,
  });
  for (const found of body.matchAll(/\blet\s+(?:mut\s+)?(\w+)\b[^=;]*=\s*([^;]*)/g)) {
    const [whole, variable = "", value = ""] = found;
    if (!randomName.test(variable)) continue;
    const isCut =
      /(?:\btime\(\)(?:\s+as\s+\w+)?\s*\)?\s*%|\b(?:now|timestamp|time\w*|seed\w*)(?:\s+as\s+\w+)?\s*\)?\s*%)/.test(
        value,
      );
    if (isCut) return { name: variable, range: at(found.index, whole.length) };
  }
  // A generator of numbers that is given the time is told of where it is seeded.
  const isCutOrHashed = /%|\bhasher\b|\bSha\w+::|\bdigest\(|wrapping_mul|\^/.test(body);
  return randomFunction.test(name) && isCutOrHashed && !/seed_from_u64|from_seed/.test(body)
    ? { name, range: at(clock.index, clock[0].length) }
    : undefined;
}

const trueRandomness = /^(raw_rand|from_entropy|getrandom|thread_rng|OsRng)$|^(try_)?fill_bytes$|^rng$/;
const randomName = /(^|_)(rand\w*|seed|salt|winner\w*|lucky|dice|roll|draw|lottery|shuffle\w*|otp|pin)(_|$)/;
const randomFunction =
  /(^|_)(rand|random|shuffle|lottery|dice|lucky|pick_winner|draw_winner|otp)(_|$)|^(generate|create|make|new|gen)_(\w+_)?(session_)?(token|secret|password|salt|seed|otp)$/;

const seedings = new FunctionIndex(({ calls }) =>
  calls.flatMap((it) => {
    const isSeeding = it.kind === "functionCall" && /(^|::)(seed_from_u64|from_seed|with_seed)$/.test(it.path);
    return isSeeding && /Rng|SeedableRng|ChaCha/.test(it.path) ? [it] : [];
  }),
);

/** The function's documentation says what its numbers are not good for. */
const saysWeak = /\bnot\b[^.]*\b(cryptograph\w*|secur\w*|unpredictable)\b|\b(insecure|predictable)\b/i;

/** What a seed is made of, where it can be foretold. */
function seedSource(canister: CanisterModel, inFunction: ModelFunction, call: FunctionCall): string | undefined {
  const argument = call.arguments[0];
  if (argument === undefined) return undefined;
  const written = canister.textIn(
    inFunction.path,
    argument.range.start + call.item.start,
    argument.range.end + call.item.start,
  );
  const body = bodyText(canister, inFunction);
  const text = expandVariables(written, body, 0);
  if (/raw_rand|random|entropy|hash|digest|secret/i.test(text)) return undefined;
  if (/\b(\w+_)?(time|now|timestamp)(_(ns|nanos|ms|millis|secs|seconds))?\s*\(\s*\)/.test(text)) return "the time";
  if (/\b(\w+_)?caller(_\w+)?\s*\(\s*\)/.test(text)) return "the caller";
  if (/^[\d_]+(u64)?$|^\[\s*\d+(u8)?\s*;\s*32\s*\]$/.test(text.trim())) return "a constant";
  return undefined;
}

/** The text with the function's variables replaced by what they are set to, and by what is written into them. */
function expandVariables(text: string, body: string, depth: number): string {
  if (depth > 3) return text;
  const names = new Set(text.match(/(?<![.:\w])[a-z_]\w*(?!\s*[(!:])/g) ?? []);
  let expanded = text;
  for (const name of names) {
    const set = [...body.matchAll(new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\b[^=;]*=([^;]*);`, "g"))].map(
      (it) => it[1] ?? "",
    );
    const written = [
      ...body.matchAll(new RegExp(`\\b${name}\\b[^;=]*(?:copy_from_slice|clone_from_slice)\\(([^;]*)\\);`, "g")),
    ];
    if (set.length === 0) continue;
    const meaning = [...set, ...written.map((it) => it[1] ?? "")].join(" ").trim();
    expanded =
      text.trim() === name
        ? expandVariables(meaning, body, depth + 1)
        : `${expanded} ${expandVariables(meaning, body, depth + 1)}`;
  }
  return expanded;
}
