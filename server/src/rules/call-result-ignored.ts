import type { CanisterCall, CanisterModel, FunctionCall, ModelFunction, PlacedUse } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import { acting, asking, calledName } from "./callNames.ts";
import { alwaysSucceeds, keepsOutcome } from "./outcomes.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, commentsAt, slicesOf } from "./sourceText.ts";
import { definitionOf } from "./storedTypes.ts";

/** Nobody learns that a call failed. */
export const callResultIgnored: Rule = {
  id: "call-result-ignored",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "The result of an awaited call is dropped.",
    why: "A call may fail without a trap: the callee refuses it, is stopped or overloaded. Dropped, the failure looks like success, and state drifts apart between canisters.",
    instead: "Look at the result: return the error, retry, or at least log it.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "canisterCall" && call.kind !== "functionCall") continue;
        if (!call.awaited || !waitsForOthers(canister, call)) continue;
        const use = call.uses.find((it) => it.kind === "ignored" && isDropped(call, it));
        if (use === undefined || isHarmless(canister, inFunction, call, use)) continue;
        const name = nameOf(call);
        const isLast = endsTask(inFunction, call);
        const goesOn = isLast ? "nobody learns of it" : "the execution goes on as if it had succeeded";
        report({
          ...((isLast || isNotification(inFunction, call) || isTestData(inFunction)) && { severity: "information" }),
          confidence: call.kind === "canisterCall" && call.api !== "wrapper" ? "high" : "medium",
          path: inFunction.path,
          range: use.statement,
          message:
            `The result of ${name} is dropped (\`${use.how}\`): when the call fails, ${goesOn}. ` +
            "Handle the error, or log it.",
          fixes: logError(canister, inFunction, call, use),
        });
      }
    }
  },
};

function nameOf(call: CanisterCall | FunctionCall): string {
  const name = calledName(call);
  if (call.kind === "canisterCall" && call.method === undefined) return "this call";
  return call.kind === "canisterCall" || name !== lastName(call.path) ? `the call of \`${name}\`` : `\`${call.path}\``;
}

/** A call of this canister itself is a probe; a local function has to say that it can fail. */
function waitsForOthers(canister: CanisterModel, call: CanisterCall | FunctionCall): boolean {
  if (call.kind === "canisterCall") return call.calleeIs !== "self" && !call.isOneWay;
  return (
    call.targets.length > 0 &&
    call.targets.every(
      (it) => it.summary.callsCanister && it.summary.suspends === "yes" && isResult(canister, it.returnType),
    )
  );
}

/** `Result`, or an alias that is named like one: `CanisterResult<()>`. */
function isResult(canister: CanisterModel, type: string): boolean {
  if (/\bResult\b/.test(type)) return true;
  const alias = /^(?:\w+::)*(\w+Result)\b/.exec(type.trim())?.[1];
  return alias !== undefined && definitionOf(canister, alias) === undefined;
}

/** The call only asks or cleans up, the called function logs what fails, or a comment says that it may fail. */
function isHarmless(
  canister: CanisterModel,
  inFunction: ModelFunction,
  call: CanisterCall | FunctionCall,
  use: PlacedUse,
): boolean {
  const { name: caller, path, range } = inFunction;
  const name = calledName(call);
  if (asking.test(name) || /\bclear_chunk_store$/.test(name)) return true;
  if (call.kind === "functionCall" && call.targets.every((it) => logsItself(canister, it, 0))) return true;
  // One that gives `Ok` on every way has dropped what it was told by itself.
  const settles = (it: ModelFunction) => keepsOutcome(canister, it, 0) || alwaysSucceeds(canister, it);
  if (call.kind === "functionCall" && call.targets.every(settles)) return true;
  if (call.kind === "canisterCall" && committing.test(caller) && committing.test(call.method ?? "")) return true;
  const text = slicesOf(canister, path);
  const before = text.slice(Math.max(0, use.statement.start - 600), use.statement.start);
  // The lines above up to an empty one.
  const above = (before.slice(before.search(/\n[ \t]*\n(?![\s\S]*\n[ \t]*\n)/) + 1).match(/\/\/[^\n]*/g) ?? []).join(
    " ",
  );
  // What is said of a function as a whole holds for the last thing that it does.
  const isLast = /^[\s;})]*$/.test(text.slice(use.statement.end, range.end));
  if (isLast && fireAndForget.test(commentsAt(canister, path, range.start))) return true;
  const behind = /^[^\n]*/.exec(text.slice(use.statement.end, use.statement.end + 1000))?.[0] ?? "";
  return meansIt.test(`${above}${behind}`.replace(/canister-workbench:.*/g, ""));
}

/** Writes a log, or hands everything on to a function that does. */
function logsItself(canister: CanisterModel, called: ModelFunction, depth: number): boolean {
  const body = bodyText(canister, called);
  if (logs.test(body)) return true;
  if (depth > 2 || !/^\{[^;{}]*\.\s*await\s*\}$/.test(body.trim())) return false;
  const calls = called.steps.filter((it) => it.kind === "functionCall" && it.awaited);
  const targets = calls.flatMap((it) => (it.kind === "functionCall" ? it.targets : []));
  return calls.length === 1 && targets.length > 0 && targets.every((it) => logsItself(canister, it, depth + 1));
}

/** A call that is made for its `await` alone, which commits what was written before. */
const committing = /^commit(_(changes|state|now))?$/;

const logs = /\b\w*(log|print|error|warn|info|debug|trace)\w*!|\b(log|print|trap)(_\w+)?\(/;

const fireAndForget = /fire[- ]and[- ]forget|best[- ]effort/i;

const meansIt =
  /\bignor(e|es|ed|ing)\b|best[- ]effort|fire[- ]and[- ]forget|(don't|do not|doesn't|does not) (care|matter)|on purpose|deliberately|intentional|may fail|can fail|even if it fails/i;

/** It stands in a module of tests or mocks, though it is compiled. */
function isTestData({ path }: ModelFunction): boolean {
  return /[\\/]src[\\/](.*[\\/])?(tests?|mocks?)([\\/]|\.rs$)/.test(path);
}

/** Nothing is wrong when such a message gets lost, but that nobody learns of it; what is refreshed is so again. */
function isNotification({ name, path, steps }: ModelFunction, call: CanisterCall | FunctionCall): boolean {
  // Where another call has failed, that failure is what matters.
  const isCleaningUp = steps.some(
    (it) =>
      (it.kind === "canisterCall" || it.kind === "functionCall") &&
      it !== call &&
      it.errorArms.some((arm) => call.at.arms.includes(arm)),
  );
  if (isCleaningUp) return true;
  if (/webhook|notif|telemetry|analytics/i.test(`${name} ${path.split(/[\\/]/).slice(-2).join(" ")}`)) return true;
  return /^try_|(^|_)(logs?|audit)(_|$)|(^|_)(notify|report|ping|track|emit|publish|broadcast|refresh)(_|$)|_(progress|notification|event)s?$|(^|_)caches?(_|$)/.test(
    calledName(call),
  );
}

/** Nothing follows in a task that was started for the call, and no value is moved. */
function endsTask({ steps }: ModelFunction, call: CanisterCall | FunctionCall): boolean {
  if (call.at.task === 0 || call.at.arms.some((it) => it.kind === "loop")) return false;
  if (acting.test(calledName(call)) && !/^on_/.test(calledName(call))) return false;
  return !steps.some(
    (it) =>
      it.at.task === call.at.task &&
      it.at.order > call.at.order &&
      (it.kind === "stateWrite" || it.kind === "suspension" || it.kind === "functionCall") &&
      !(it.kind === "suspension" && it.calls.includes(call)),
  );
}

function isDropped(call: CanisterCall | FunctionCall, use: PlacedUse): boolean {
  // `.map_err(|e| log(e))` has looked at the error, `.map_err(|_| Failed)` has not.
  const looks = call.chain.some(
    (it) => /err|or_else/.test(it.name) && !it.arguments.every((arg) => /^\|_\|/.test(arg.text)),
  );
  if (use.stage !== "result" || (call.errorArms.length > 0 && (looks || !/^let [a-z]/.test(use.how)))) return false;
  switch (use.how) {
    case "let _ =":
    case "_ =":
    case "drop":
      return true;
    case ".ok()":
    case ".err()":
      return true;
    case "unwrap_or_default":
      return call.kind === "canisterCall" && /transfer|send|mint|burn|pay|withdraw|deposit/i.test(call.method ?? "");
    case ";":
      return call.kind === "canisterCall" && (call.api === "builder" || call.api === "old");
    default:
      return use.how.startsWith("let ");
  }
}

/** Logs the error where it is known to be printable. */
function logError(
  canister: CanisterModel,
  { path, hasError }: ModelFunction,
  call: CanisterCall | FunctionCall,
  use: PlacedUse,
): QuickFix[] {
  const text = slicesOf(canister, path);
  const statement = text.slice(use.statement.start, use.statement.end);
  const match = /^(?:let\s+\w+(?:\s*:([^=]*))?\s*=\s*|_\s*=\s*)?([\s\S]*?\.\s*await)\s*(?:\.\s*ok\(\)\s*)?;$/.exec(
    statement,
  );
  const [, type, awaited] = match ?? [];
  if (awaited === undefined || hasError) return [];
  const before = text.slice(Math.max(0, use.statement.start - 1000), use.statement.start);
  const indentation = /^\s*/.exec(before.slice(before.lastIndexOf("\n") + 1))?.[0] ?? "";
  const name = call.kind === "canisterCall" ? (call.method ?? "call") : call.path;
  // A type that was written says what is called.
  const [bound, failed] =
    type === undefined ? ["", awaited] : [`let result: ${type.trim()} = ${awaited};\n${indentation}`, "result"];
  const newText =
    `${bound}if let Err(error) = ${failed} {\n` +
    `${indentation}    ic_cdk::println!("${name} failed: {error:?}");\n${indentation}}`;
  return [{ title: "Log the error", kind: "review", edits: [{ path, range: use.statement, newText }] }];
}
