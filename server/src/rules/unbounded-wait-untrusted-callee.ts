import type {
  CanisterCall,
  CanisterModel,
  Check,
  EntryPoint,
  FunctionCall,
  ModelFunction,
  Step,
} from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { canFollow } from "../analysis/steps.ts";
import { isTestCanister, letsAllUsersPass } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, closingOf } from "./sourceText.ts";

/** A canister that anybody may name can keep this one from ever stopping. */
export const unboundedWaitUntrustedCallee: Rule = {
  id: "unbounded-wait-untrusted-callee",
  severity: "warning",
  docs: {
    what: "A canister that comes from the arguments of an open endpoint is called with unbounded wait.",
    why: "Whoever calls chooses the callee, and the callee decides when it answers. As long as the call is open, this canister cannot be stopped, and so not be upgraded safely.",
    instead: "Compare the callee with those that are allowed, or use `Call::bounded_wait`.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const { call, inFunction, entry, parameter } of untrustedCalls(canister)) {
      report({
        confidence: "medium",
        path: inFunction.path,
        range: call.pathRange,
        message:
          `Whoever calls ${entryName(entry)} chooses the callee (\`${parameter}\`), and a callee that never answers keeps this canister ` +
          `from being stopped and upgraded. Check the callee first${call.api === "builder" ? ", or use `Call::bounded_wait`" : ""}.`,
        related: [{ path: entry.path, range: entry.nameRange, message: "anybody may call this" }],
        fixes: boundedWait(inFunction.path, call),
      });
    }
  },
};

interface UntrustedCall {
  readonly call: CanisterCall;
  readonly inFunction: ModelFunction;
  readonly entry: EntryPoint;
  /** What tells the callee: a parameter of the function, or of its caller where it is a method of what is made of that. */
  readonly parameter: string;
}

/** Follows the parameters of open endpoints through the crate's functions to the callees of calls. */
function untrustedCalls(canister: CanisterModel): readonly UntrustedCall[] {
  if (waitingCalls.of(canister).size === 0) return [];
  const found = new Map<string, UntrustedCall>();
  const open: { inFunction: ModelFunction; name: string; whole: string; said: string; entry: EntryPoint }[] = [];
  const seen = new Set<string>();
  const follow = (inFunction: ModelFunction, name: string, entry: EntryPoint, said = name, whole = name): void => {
    const key = `${inFunction.path}:${inFunction.range.start}:${name}`;
    if (!/^\w+$/.test(name) || seen.has(key)) return;
    seen.add(key);
    open.push({ inFunction, name, whole, said, entry });
  };
  for (const entry of canister.entryPoints) {
    if (entry.kind !== "update" || !entry.guardFunctions.every((it) => letsAllUsersPass(canister, it))) continue;
    for (const { name } of entry.function.parameters) if (name !== "self") follow(entry.function, name, entry);
  }
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { inFunction, name, whole, said, entry } = next;
    for (const alias of variablesTakenFrom(canister, inFunction, name)) follow(inFunction, alias, entry, alias, whole);
    for (const step of inFunction.steps) {
      if (step.kind !== "canisterCall" && step.kind !== "functionCall") continue;
      // What was checked as a whole, as a signed token is, was checked with its parts.
      if (
        isVouchedFor(inFunction, step, name) ||
        isLookedUp(canister, inFunction, step, name) ||
        (whole !== name && isVerified(inFunction, step, whole))
      )
        continue;
      if (step.kind === "canisterCall") {
        if (isWaiting(step) && isTakenFrom(step.callee, name)) {
          const key = `${inFunction.path}:${inFunction.range.start}:${name}`;
          if (!found.has(key)) found.set(key, { call: step, inFunction, entry, parameter: said });
        }
      } else if (step.isCertain) {
        for (const target of step.targets) {
          const offset = step.isMethod ? 1 : 0;
          if (step.isMethod && isMadeOf(step.receiver, name)) follow(target, "self", entry, said);
          for (const [index, argument] of step.arguments.entries()) {
            const parameter = target.parameters[index + offset]?.name;
            if (parameter !== undefined && isTakenFrom(argument.text, name)) follow(target, parameter, entry);
          }
        }
      }
    }
  }
  return [...found.values()];
}

/** Another canister is called, and decides when the call ends. */
function isWaiting(step: Step): boolean {
  return step.kind === "canisterCall" && step.calleeIs === "other" && step.wait === "unbounded" && !step.isOneWay;
}

const waitingCalls = new FunctionIndex(({ calls }) => calls.filter(isWaiting));

/** Variables that are set to the value or a part of it: `let ledger = args.ledger;`. */
function variablesTakenFrom(canister: CanisterModel, { path, bodyRange }: ModelFunction, name: string): string[] {
  const body = bodyRange === undefined ? "" : canister.textIn(path, bodyRange.start, bodyRange.end);
  const bindings = body.matchAll(/\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=\s*(match\s+)?([^;{}]+)[;{]/g);
  return [...bindings].flatMap(({ 0: whole, 1: variable = "", 2: choice, 3: text = "", index }) => {
    if (choice !== undefined && !bindsValue(body, index + whole.length - 1)) return [];
    // What is done about a text that is no principal: `Principal::from_text(&id).map_err(|_| format!("{id}?"))?`.
    const value = text.replace(/\.\s*(map_err|expect|unwrap_or_else|ok_or|ok_or_else)\([\s\S]*$/, "").trim();
    return isTakenFrom(value, name) || isMadeOf(value, name) ? [variable] : [];
  });
}

/** Some case of a `match` gives its value a name: where all are literals, what comes out is what the code says. */
function bindsValue(body: string, open: number): boolean {
  const cases = body.slice(open + 1, closingOf(body, open));
  return /(\(\s*(mut\s+)?[a-z]\w*\s*\)|(^|[{,}\s])[a-z]\w*)\s*(if\b[^=]*)?=>/.test(
    cases.replace(/"(?:\\[\s\S]|[^"\\])*"/g, '""'),
  );
}

/** The value itself, or a client that is made of it alone: `Ledger::new(id)`, `Ledger(id)`. */
function isMadeOf(text: string, name: string): boolean {
  return new RegExp(`^(&?${name}|(\\w+::)*[A-Z]\\w*(::(new|from))?\\(\\s*&?${name}\\s*\\))$`).test(text);
}

/** The value itself, a field of it, or a principal made of it. */
function isTakenFrom(text: string, name: string): boolean {
  const plain = text.replace(/^[&*(]+/, "").replace(/^Principal::(from_text|from_slice|from_str)\(\s*&?/, "");
  return new RegExp(`^${name}\\b(\\s*\\.\\s*(?!len|is_)\\w+(\\(\\))?)*[)\\s?.\\w()"]*$`).test(plain);
}

/** Before the call, a condition asks about the value or about the caller, or a function is asked whether it is right. */
function isVouchedFor(inFunction: ModelFunction, call: CanisterCall | FunctionCall, name: string): boolean {
  const mentions = new RegExp(`\\b${name}\\b`);
  return inFunction.steps.some((it) => {
    if (it.kind === "check" && it.at.order < call.at.order) {
      const isAfter = canFollow(it.at, call.at) || (it.at.task === 0 && call.at.task !== 0);
      const decides = it.leaves ? isAfter : it.decides.some((arm) => call.at.arms.includes(arm));
      if (!decides || refusesOnlyAnonymous(it.text) || isOtherwise(it, call)) return false;
      return it.readsCaller || (mentions.test(it.text.replace(/"[^"]*("|$)/g, "")) && !isOfKind(it.text, name));
    }
    if (it.kind !== "functionCall" || !canFollow(it.at, call.at)) return false;
    if (/guard|caller|controller|owner|admin|govern|only_|authenticat|permission/i.test(it.path)) return true;
    const isAsking = /valid|allow|check|ensure|assert|require|verify|contains|known|trusted|^is_|_is_|authori/i.test(
      it.path,
    );
    return (
      isAsking &&
      (it.targets.some((target) => target.summary.readsCaller) || it.arguments.some((arg) => mentions.test(arg.text)))
    );
  });
}

/** Stored state was asked for the callee, and who is not there is refused: `let pool = POOLS.get(&id); if pool.is_none() { return … }`. */
function isLookedUp(
  canister: CanisterModel,
  inFunction: ModelFunction,
  call: CanisterCall | FunctionCall,
  name: string,
): boolean {
  const given = call.kind === "canisterCall" ? [call.callee] : call.arguments.map((it) => it.text);
  const subjects = given
    .filter((it) => isTakenFrom(it, name))
    .map((it) => it.replace(/^[&*]+|\.clone\(\)/g, ""))
    .filter((it) => /^[\w.]+$/.test(it));
  if (subjects.length === 0) return false;
  const asked = inFunction.steps.flatMap((it) => {
    if (it.kind !== "check" || !it.leaves || it.reads.length === 0 || !canFollow(it.at, call.at)) return [];
    return /^(?:let\s+[^=]*=\s*)?&?([a-z_]\w*)(?:\.is_(?:none|some)\(\))?\??$/.exec(it.text.trim())?.[1] ?? [];
  });
  if (asked.length === 0) return false;
  const body = bodyText(canister, inFunction);
  return asked.some((variable) =>
    subjects.some((it) => {
      const looks = `(get|find|lookup|look_up|contains)\\w*\\s*\\([^;]*\\b${it.replaceAll(".", "\\.")}\\b`;
      return new RegExp(`\\blet\\s+(mut\\s+)?${variable}\\b[\\s\\S]{0,300}?\\.\\s*${looks}`).test(body);
    }),
  );
}

/** A condition refuses the value as a whole where a function does not verify it: `if !verify_token(&token, &key) { return … }`. */
function isVerified({ steps }: ModelFunction, call: CanisterCall | FunctionCall, name: string): boolean {
  const verifies = new RegExp(`\\b\\w*(verify|verified|validate|authenticate|check_)\\w*\\([^;]*\\b${name}\\b`);
  return steps.some((it) => it.kind === "check" && it.leaves && canFollow(it.at, call.at) && verifies.test(it.text));
}

/** `if let Some(id) = id`, `match kind`: the shape of the value is looked at, not the value. */
function isOfKind(text: string, name: string): boolean {
  return new RegExp(`^(let .*=\\s*)?&?${name}(\\.\\w+(\\(\\))?)*\\??$`).test(text.trim());
}

/** The call is made where two values are not equal, so that it says nothing: `if token == ledger { … } else { call(token) }`. */
function isOtherwise({ text, leaves, decides }: Check, call: CanisterCall | FunctionCall): boolean {
  if (!/^[\w.&*()]+\s*==\s*[\w.:&*()]+$/.test(text.trim())) return false;
  const [whenEqual] = decides;
  return leaves || (whenEqual !== undefined && !call.at.arms.includes(whenEqual));
}

/** That the value is no anonymous or empty principal says nothing of whose canister it is. */
function refusesOnlyAnonymous(text: string): boolean {
  return text.split(/&&|\|\|/).every((it) => /\banonymous\(\)|\bis_empty\(\)/.test(it));
}

function boundedWait(path: string, { api, pathRange }: CanisterCall): QuickFix[] {
  if (api !== "builder") return [];
  const range = { start: pathRange.end - "unbounded_wait".length, end: pathRange.end };
  return [{ title: "Wait with a bound", kind: "review", edits: [{ path, range, newText: "bounded_wait" }] }];
}
