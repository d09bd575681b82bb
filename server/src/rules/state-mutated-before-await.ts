import type {
  CanisterCall,
  CanisterModel,
  FunctionCall,
  ModelFunction,
  StateWrite,
  Suspension,
} from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { callersOf } from "./callers.ts";
import { acting, calledName } from "./callNames.ts";
import { alwaysSucceeds } from "./outcomes.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { awaitPlace, hasWord, isSameState, mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { isGuardedWrite, isOfAwaited, keepsWhatWasDone, mattersWhenLeft } from "./stateWrites.ts";

/** State is changed, and stays changed when the call behind it fails. */
export const stateMutatedBeforeAwait: Rule = {
  id: "state-mutated-before-await",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "State is changed before an `await`, and nothing undoes the change when the call fails.",
    why: "An `await` on a call ends the message execution and commits it. When the call fails, what was changed before stays changed.",
    instead:
      "Keep the order, but write the state back where the call fails, or hold the change in a value whose `Drop` undoes it.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const { suspension, exit, writes } of failures(canister, inFunction)) {
        const [write, ...others] = writes.toSorted((a, b) => weight(inFunction, a) - weight(inFunction, b));
        if (write === undefined) continue;
        report({
          ...(writes.every(isNote) && { severity: "information" }),
          confidence: "medium",
          path: inFunction.path,
          range: write.range,
          message:
            `\`${stateName(write.state)}\` keeps this change when the call fails: the \`await\` commits it, and ${exit.how} ` +
            "without writing it back. Write it back where the call fails, before the function returns.",
          related: [
            awaitPlace(inFunction, suspension, "the message execution ends here, and the change is committed"),
            { path: inFunction.path, range: exit.range, message: "the failure leaves here" },
            ...writePlaces(write),
            ...others.slice(0, otherPlaces).map((it) => ({
              path: inFunction.path,
              range: it.range,
              message: `\`${stateName(it.state)}\` keeps this change, too`,
            })),
          ],
        });
      }
    }
  },
};

/** Whether the rule tells of what a call leaves behind when it fails: once is enough for one place to mend. */
export function isToldOf(canister: CanisterModel, inFunction: ModelFunction, call: CanisterCall | FunctionCall) {
  for (const { suspension, writes } of failures(canister, inFunction)) {
    if (suspension.calls.includes(call) && !writes.every(isNote)) return true;
  }
  return false;
}

/** Further writes that a report names. */
const otherPlaces = 4;

/** A call whose failure leaves what was written before. */
interface Failure {
  readonly suspension: Suspension;
  readonly exit: Exit;
  readonly writes: StateWrite[];
}

/** What one call leaves when it fails is one thing to mend, however many places wrote it. */
function failures(canister: CanisterModel, inFunction: ModelFunction): Iterable<Failure> {
  const found = new Map<Suspension, Failure>();
  const awaits = inFunction.steps.filter((it): it is Suspension => it.kind === "suspension" && it.suspends === "yes");
  if (awaits.length === 0) return [];
  const told = new Set<number>();
  for (const write of inFunction.steps) {
    // One call that writes several things is one place to mend.
    if (write.kind !== "stateWrite" || told.has(write.range.start)) continue;
    const isClosing = closes(write);
    if (!(isClosing || mattersWhenLeft(write)) || isOfAwaited(inFunction, write)) continue;
    if (keepsWhatWasDone(inFunction, settled(canister, write))) continue;
    if (isBroughtUpToDate(canister, inFunction, write) || isLatch(canister, inFunction, write)) continue;
    for (const suspension of awaits.filter((it) => canFollow(write.at, it.at))) {
      if (isClosing && !suspension.calls.some((it) => payingOut.test(calledName(it)))) continue;
      const exit = uncompensatedExit(canister, inFunction, write, suspension);
      if (exit === undefined) continue;
      if (isUndoneByCallers(canister, inFunction, write)) break;
      told.add(write.range.start);
      const known = found.get(suspension);
      if (known === undefined) found.set(suspension, { suspension, exit, writes: [write] });
      else known.writes.push(write);
      break;
    }
  }
  return found.values();
}

/** A helper that is told nothing of the message computes the state anew, `update_allocation(&mut product)`: it is so whatever follows. */
function isBroughtUpToDate(canister: CanisterModel, inFunction: ModelFunction, write: StateWrite) {
  const { through, effect, range } = write;
  const { name = "" } = through ?? {};
  const call = canister.textIn(inFunction.path, range.start, range.end);
  // A machine that steps on with the time: it is so late, whatever follows.
  if (/^(step|tick|advance|roll|accrue|elapse)(_|$)/.test(name) && /\b(now|time)\w*\b/.test(call)) return true;
  if (isMadeWhenEmpty(inFunction, write) || isNextNumber(canister, inFunction, write)) return true;
  if (effect !== "assign") return false;
  // What the canister has is measured: `ops.set(observe(canister_cycle_balance()))`.
  const writers = [writerOf(canister, write), ...calledThere(inFunction, write)];
  if (writers.some((it) => it !== undefined && it.parameters.length === 0 && measures(it))) return true;
  // What is asked for the first time is made.
  if (/^(get|read|load|peek|ensure)(_|$)/.test(name)) return true;
  if (!computing.test(name)) return false;
  const names = new Set(call.slice(call.indexOf("(")).match(/[a-z_]\w*/g) ?? []);
  return !inFunction.parameters.some((it) => names.has(it.name)) && !/caller/.test(call);
}

/** A number is one more than it was, and may have gaps: `let n = cell.get() + 1; cell.set(n)`; not how much has been sold. */
function isNextNumber(canister: CanisterModel, inFunction: ModelFunction, write: StateWrite): boolean {
  if (write.effect !== "assign" || counted.test(stateName(write.state))) return false;
  const oneMore = String.raw`(\+\s*1(_?[ui]\d+)?|_add\(1\)(\.\w+\([^;]*\))?)\)?`;
  const value = write.value.trim();
  if (new RegExp(`${oneMore}$`).test(value)) return true;
  if (!/^\w+$/.test(value)) return false;
  const body = bodyText(canister, writerOf(canister, write) ?? inFunction);
  return new RegExp(`\\blet\\s+(mut\\s+)?${value}\\b[^=;]*=[^;]*${oneMore};`).test(body);
}

/** A function that gives what there is makes it where there is none: `if pools.is_empty() { initialize_pools() }`. */
function isMadeWhenEmpty(inFunction: ModelFunction, write: StateWrite): boolean {
  return calledThere(inFunction, write).some(
    ({ name, steps }) =>
      /^(get|read|load|list|fetch|all)(_|$)/.test(name) &&
      steps.some(
        (it) =>
          it.kind === "check" &&
          /^[\w.()]+\.is_empty\(\)$|\.is_none\(\)$|\.len\(\)\s*==\s*0$/.test(it.text.trim()) &&
          it.decides.some((arm) =>
            steps.some(
              (other) =>
                other.kind === "stateWrite" &&
                isSameState(other.state, write.state) &&
                other.at.arms.includes(arm) &&
                /^(init|initiali[sz]e|seed|create|make|load|default)/.test(other.through?.name ?? other.value),
            ),
          ),
      ),
  );
}

function measures({ names }: ModelFunction): boolean {
  return /(^|_)(cycle_balance|canister_balance(128)?|performance_counter|instruction_counter)\b/.test(
    [...names].join(" "),
  );
}

/** The functions that are called where the write is made. */
function calledThere({ steps }: ModelFunction, { at }: StateWrite): readonly ModelFunction[] {
  return steps.flatMap((it) => (it.kind === "functionCall" && it.at === at ? it.targets : []));
}

const computing =
  /^(update|re_?comput|re_?calculat|re_?calc|compute|calculate|sync|refresh|accrue|process|roll|advance)\w*/;

/** A state that is set once and stays: `if s.reason.is_none() { s.reason = Some(Reason::Late) }`. */
function isLatch(canister: CanisterModel, inFunction: ModelFunction, write: StateWrite): boolean {
  const { effect, value, state } = write;
  if (write.through !== undefined && /^(assign|mutate)$/.test(effect) && isSoAlready(canister, inFunction, write))
    return true;
  if (effect !== "assign" || !/^Some\(\s*(\w+::)*[A-Z]\w*\s*\)$/.test(value.trim())) return false;
  const writer = writerOf(canister, write) ?? inFunction;
  return writer.steps.some(
    (it) => it.kind === "check" && /\.is_none\(\)/.test(it.text) && it.reads.some((read) => isSameState(read, state)),
  );
}

/** The function that writes first asks whether it is so already, and then returns: whatever follows, it has to be so. */
function isSoAlready(canister: CanisterModel, inFunction: ModelFunction, write: StateWrite): boolean {
  return [...calledThere(inFunction, write), writerOf(canister, write)].some((writer) =>
    writer?.steps.some(
      (it) =>
        it.kind === "check" &&
        it.leaves &&
        it.at.arms.length === 0 &&
        /==/.test(it.text) &&
        it.reads.some((read) => mayBeSameState(read, write.state)) &&
        /^\s*\{\s*return(\s+Ok\(\(\)\))?\s*;/.test(canister.textIn(writer.path, it.range.end)),
    ),
  );
}

/** What a function both takes away and adds, as its arguments say, is told by the one that calls it. */
function settled(canister: CanisterModel, write: StateWrite): StateWrite {
  if (write.effect !== "subtract" && write.effect !== "remove") return write;
  const adds = writerOf(canister, write)?.steps.some(
    (it) => it.kind === "stateWrite" && /^(add|insert)$/.test(it.effect) && isSameState(it.state, write.state),
  );
  return adds === true ? { ...write, effect: "mutate" } : write;
}

/** The function that really writes, where it is another one. */
function writerOf(canister: CanisterModel, { through }: StateWrite): ModelFunction | undefined {
  if (through === undefined) return undefined;
  return canister.functions.find(
    ({ path, range }) => path === through.path && range.start <= through.range.start && through.range.end <= range.end,
  );
}

/** A detail of something that stays as it is, noted anew by each try: what is sent, what it costs. */
function isNote(write: StateWrite): boolean {
  const { effect, state } = write;
  return effect === "assign" && /\[\]\.\w+$/.test(state.field) && !valued.test(state.field) && !closes(write);
}

/** Something is said to be over, though it is over only when what it owes has been paid: `order.status = Status::Cancelled`. */
function closes({ effect, state, value, isFetched, through }: StateWrite): boolean {
  if (effect !== "assign" || isFetched || through !== undefined) return false;
  return (
    /(^|[._])(status|state|phase|stage)$/i.test(stateName(state)) &&
    /^(\w+::)+(Cancell?ed|Complete(d)?|Paid|Refunded|Closed|Settled|Released|Claimed|Sold|Withdrawn|Finished|Redeemed|Resolved|Executed|Ended)$/.test(
      value.trim(),
    )
  );
}

const payingOut = /(^|_)(transfer|pay|payout|refund|withdraw|send|release|redeem|disburse|settle)(_|$)/;

const valued = hasWord(`
  balances? amounts? supply total\\w* shares? owners? stakes? staked debts? borrows? collaterals? reserves? credits? funds? deposits?
  quantity price claim\\w* paid allowances? used redeemed spent`);

const counted = hasWord(
  "sold bought minted issued supply stock inventory seats? tickets? taken claimed redeemed spent paid",
);

/** What is gone weighs most, what a condition writes on its way least. */
function weight({ steps }: ModelFunction, { effect, range }: StateWrite): number {
  const isAside = steps.some(
    (it) => it.kind === "check" && it.range.start <= range.start && range.end <= it.range.end && it.leaves,
  );
  return (isAside ? 3 : 0) + (effect === "subtract" ? 0 : effect === "remove" ? 1 : 2);
}

interface Exit {
  readonly how: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** How the failure of the awaited call leaves the function with the write in place. */
function uncompensatedExit(
  canister: CanisterModel,
  inFunction: ModelFunction,
  write: StateWrite,
  suspension: Suspension,
): Exit | undefined {
  if (isInside(write, suspension) || isGuardedWrite(inFunction, write, suspension)) return undefined;
  for (const call of suspension.calls) {
    if (call.kind === "functionCall" && !canFail(canister, inFunction, call, write)) continue;
    if (isUndoneOnError(inFunction, write, call)) return undefined;
    const exit = exitOf(inFunction, call);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

/** What closures and functions of the awaited expression write, they write while it is awaited. */
function isInside(write: StateWrite, suspension: Suspension): boolean {
  return suspension.range.start <= write.range.start && write.range.end <= suspension.range.end;
}

/**
 * A local function fails as a whole only when it says so; it may also write the state back itself. What it pays out was
 * written by the same call as the rest, into books that it keeps: when it fails, it stays there.
 */
function canFail(canister: CanisterModel, { steps }: ModelFunction, call: FunctionCall, write: StateWrite): boolean {
  const together = steps.filter(
    (it): it is StateWrite => it.kind === "stateWrite" && it.through !== undefined && it.at === write.at,
  );
  return call.targets.every(
    (it) =>
      /Result\b/.test(it.returnType) &&
      !alwaysSucceeds(canister, it) &&
      !it.summary.writes.some((other) => mayBeSameState(other.state, write.state)) &&
      !it.summary.writes.some(
        ({ state }) => state.field !== "" && together.some((other) => isSameState(other.state, state)),
      ),
  );
}

function isUndoneOnError(inFunction: ModelFunction, write: StateWrite, call: CanisterCall | FunctionCall): boolean {
  return inFunction.steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it.at.order > write.at.order &&
      mayBeSameState(it.state, write.state) &&
      (it.at.arms.some((arm) => call.errorArms.includes(arm)) || isInspectedLater(call, it)),
  );
}

/** A result that is looked at and a write behind it: the write may well be the one that undoes. */
function isInspectedLater(call: CanisterCall | FunctionCall, later: StateWrite): boolean {
  const inspects = call.uses.some((it) => it.kind === "inspected" || it.kind === "passed");
  return inspects && later.at.order > call.at.order;
}

function exitOf(inFunction: ModelFunction, call: CanisterCall | FunctionCall): Exit | undefined {
  for (const use of call.uses) {
    // What leaves a closure or an async block is for whoever runs it to handle.
    const isInner = use.arms.some((it) => it.kind === "closure");
    if (isInner && (use.kind === "propagated" || use.kind === "returned")) continue;
    switch (use.kind) {
      case "propagated":
        return { how: "`?` returns the error", range: use.range };
      case "unwrapped":
        return { how: `\`${use.how}\` traps`, range: use.range };
      case "returned":
        return { how: "the error is returned", range: use.range };
      case "ignored":
        // Of other calls somebody has decided that they may fail; that they did nobody learns, and that is another rule's.
        if (call.kind === "canisterCall" && acting.test(calledName(call))) {
          return { how: "the error is dropped", range: use.range };
        }
        break;
      case "inspected": {
        const leaving = call.errorArms.find((arm) => arm.leaves === "function" && isBare(inFunction, arm));
        if (leaving !== undefined) return { how: "the failure's branch returns", range: use.range };
        break;
      }
      case "passed":
        break;
    }
  }
  return undefined;
}

/** The branch does nothing but return: no state is written and no function called that could. */
function isBare(inFunction: ModelFunction, arm: CanisterCall["errorArms"][number]): boolean {
  const inside = inFunction.steps.filter((it) => it.at.arms.includes(arm));
  return !inside.some((it) => it.kind === "stateWrite" || it.kind === "suspension" || isUnknownCall(it));
}

function isUnknownCall(step: ModelFunction["steps"][number]): boolean {
  return (
    step.kind === "functionCall" && step.targets.length === 0 && /rollback|refund|revert|restore|undo/i.test(step.path)
  );
}

/** Whoever calls the function writes the state back where it fails. */
function isUndoneByCallers(canister: CanisterModel, changed: ModelFunction, write: StateWrite): boolean {
  return callersOf(canister, changed).some((caller) =>
    caller.steps.some(
      (it) =>
        it.kind === "functionCall" &&
        it.targets.includes(changed) &&
        (isUndoneOnError(caller, { ...write, at: it.at }, it) ||
          caller.steps.some(
            (other) =>
              other.kind === "stateWrite" &&
              canFollow(it.at, other.at) &&
              it.uses.some((use) => use.kind === "inspected") &&
              mayBeSameState(other.state, write.state),
          )),
    ),
  );
}
