import { type CandidType, primitive } from "../candid/types.ts";
import type { CanisterModel, ModelFunction } from "./canisterModel.ts";
import { plainType } from "./knownTypes.ts";
import { endOfBrackets, tupleParts } from "./textParts.ts";

/** Where an expression stands. */
export interface ExpressionPlace {
  readonly canister: CanisterModel;
  readonly function: ModelFunction;
  /** Offset in the file; what is bound further down does not count. */
  readonly offset: number;
}

/** Variables are followed to what they are bound to, and that to what it is bound to. */
const depthMax = 3;

/** The Candid type of a Rust expression; undefined where its text does not say it for certain. */
export function expressionType(text: string, place: ExpressionPlace, depth = 0): CandidType | undefined {
  const expression = text.trim().replace(/^(?:&\s*(?:mut\s+)?)+/, "");
  const literal = literalType(expression);
  if (literal !== undefined) return literal;
  const tuple = tupleParts(expression);
  if (tuple !== undefined) {
    if (tuple.length === 0) return primitive("null");
    const types = tuple.flatMap((it) => expressionType(it, place, depth) ?? []);
    return types.length === tuple.length
      ? { kind: "record", fields: types.map((type, id) => ({ id, type })) }
      : undefined;
  }
  const cloned = /^([\s\S]+)\.clone\(\)$/.exec(expression)?.[1];
  if (cloned !== undefined) return expressionType(cloned, place, depth);
  const some = /^Some\(([\s\S]*)\)$/.exec(expression)?.[1];
  if (some !== undefined && endOfBrackets(expression, 4) === expression.length) {
    const of = expressionType(some, place, depth);
    return of && { kind: "opt", of };
  }
  if (/^[a-z_]\w*$/.test(expression)) return variableType(expression, place, depth);
  return constructedType(expression, place);
}

function literalType(text: string): CandidType | undefined {
  const suffix = /^-?\d[\d_]*(?:\.\d+)?_?([iuf]\d+|[iu]size)$/.exec(text)?.[1];
  if (suffix !== undefined) return plainType(suffix);
  if (text === "true" || text === "false") return primitive("bool");
  if (text === "()") return primitive("null");
  const isText =
    /^"(?:[^"\\]|\\[\s\S])*"(?:\.(?:to_string|to_owned)\(\))?$/.test(text) ||
    /^(?:format!|String::(?:from|new))\(/.test(text);
  if (isText && (text.startsWith('"') || endOfBrackets(text, text.indexOf("(")) === text.length))
    return primitive("text");
  const cast = /^[\w.()]+ as (\w+)$/.exec(text)?.[1];
  if (cast !== undefined) return plainType(cast);
  if (/^(?:candid::)?Nat::from\(/.test(text) && endOfBrackets(text, text.indexOf("(")) === text.length)
    return primitive("nat");
  const isPrincipal =
    /^(?:[\w:]*::)?(?:msg_caller|canister_self|caller|id)\(\)$/.test(text) ||
    /^(?:candid::)?Principal::(?:anonymous|management_canister)\(\)$/.test(text) ||
    /^(?:candid::)?Principal::from_text\("[^"]*"\)\.(?:unwrap\(\)|expect\("[^"]*"\))$/.test(text);
  return isPrincipal ? primitive("principal") : undefined;
}

/** What a variable or a parameter was declared or bound as. */
function variableType(name: string, place: ExpressionPlace, depth: number): CandidType | undefined {
  const { canister, function: function_, offset } = place;
  if (function_.bodyRange === undefined || depth >= depthMax) return undefined;
  const before = canister.textIn(function_.path, function_.bodyRange.start, offset);
  const bindings = [...before.matchAll(new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\s*(?=[:=;])`, "g"))];
  const last = bindings.at(-1);
  const from = last === undefined ? 0 : last.index + last[0].length;
  if (isBoundOtherwise(name, before.slice(from))) return undefined;
  if (last === undefined) {
    const parameter = function_.parameters.find((it) => it.name === name);
    return parameter && canister.candidType(parameter.type, function_);
  }
  const declared = /^:\s*([^=;]+?)\s*[=;]/.exec(before.slice(from))?.[1];
  if (declared !== undefined) return canister.candidType(declared, function_);
  const value = boundValue(before, from);
  if (value === undefined) return undefined;
  const at = function_.bodyRange.start + last.index;
  return expressionType(value, { ...place, offset: at }, depth + 1);
}

/** Patterns, closures and loops may give the name another meaning. */
function isBoundOtherwise(name: string, text: string): boolean {
  return new RegExp(
    `\\bfor\\s+[^;{]*\\b${name}\\b[^;{]*\\bin\\b|\\|[^|\\n]*\\b${name}\\b[^|\\n]*\\||[({,]\\s*(?:mut\\s+|ref\\s+)?${name}\\s*[,)}][^;\\n]*(?:=>|=(?!=))|\\b${name}\\s*=>`,
  ).test(text);
}

/** The expression of `let x = …;`. */
function boundValue(text: string, from: number): string | undefined {
  const start = text.indexOf("=", from) + 1;
  for (let i = start; i > 0 && i < text.length; i++) {
    const unit = text[i];
    if (unit === ";") return text.slice(start, i);
    if (unit === "(" || unit === "[" || unit === "{") i = endOfBrackets(text, i) - 1;
    else if (unit === '"') i = text.indexOf('"', i + 1);
    if (i < 0) return undefined;
  }
  return undefined;
}

/** `Type { .. }`, `Type::Case(..)`, `Type::new(..)`. */
function constructedType(text: string, { canister, function: function_ }: ExpressionPlace): CandidType | undefined {
  const path = /^[A-Za-z_]\w*(?:::\w+)*/.exec(text)?.[0];
  if (path === undefined) return undefined;
  const rest = text.slice(path.length).trim();
  const isWhole = rest === "" || (/^[({]/.test(rest) && endOfBrackets(rest, 0) === rest.length);
  const names = path.split("::");
  const last = names.at(-1) ?? "";
  const outer = names.slice(0, -1).join("::");
  if (!isWhole) return undefined;
  if (/^[A-Z]/.test(last)) {
    const isCase = /^[A-Z]/.test(names.at(-2) ?? "");
    if (isCase) return canister.candidType(outer, function_);
    return rest.startsWith("{") ? canister.candidType(path, function_) : undefined;
  }
  if (!/^[A-Z]/.test(names.at(-2) ?? "") || !rest.startsWith("(")) return undefined;
  if (last === "default") return canister.candidType(outer, function_);
  const made = canister.functions.filter(
    (it) => it.name === last && it.implOf?.type.replace(/.*::/, "") === names.at(-2),
  );
  const isSelf = made.length > 0 && made.every((it) => it.returnType === "Self" || it.returnType === names.at(-2));
  return isSelf ? canister.candidType(outer, function_) : undefined;
}
