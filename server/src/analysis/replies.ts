import type { EntryPoint, FunctionCall, ModelFunction, Reply, Step } from "./canisterModel.ts";
import { type Arm, canFollow } from "./steps.ts";

/** Two replies that one run of a function may send, one after the other. */
export interface DoubleReply {
  readonly first: Reply;
  readonly second: Reply;
}

/** Whether a method has to send its reply itself. */
export function repliesItself({ kind, attribute }: EntryPoint): boolean {
  if (!/^(update|query|compositeQuery)$/.test(kind)) return false;
  return attribute.path === "export_name" || /\bmanual_reply\s*=\s*true/.test(attribute.arguments);
}

/** Replies of a function that follow each other on one way through it; those of loops and closures left out. */
export function doubleReply(function_: ModelFunction): DoubleReply | undefined {
  const replies = function_.steps.filter((it): it is Reply => it.kind === "reply").filter((it) => isPlain(it.at.arms));
  for (const [index, first] of replies.entries()) {
    if (isFollowedByTrap(function_, first)) continue;
    const second = replies.slice(index + 1).find((it) => canFollow(first.at, it.at));
    if (second !== undefined) return { first, second };
  }
  return undefined;
}

function isPlain(arms: readonly Arm[]): boolean {
  return arms.every((it) => it.kind === "case");
}

function isFollowedByTrap({ steps }: ModelFunction, { at }: Reply): boolean {
  return steps.some(
    (it) =>
      isCertainTrap(it) &&
      it.at.order > at.order &&
      it.at.arms.length === at.arms.length &&
      it.at.arms.every((arm, i) => arm === at.arms[i]),
  );
}

function isCertainTrap(step: Step): boolean {
  return (
    step.kind === "trap" &&
    !/^(unwrap|expect|\?|index)/.test(step.construct) &&
    !/^(debug_)?assert/.test(step.construct)
  );
}

/**
 * Whether some way through the function sends no reply, whoever is asked: neither itself, nor a function that it calls,
 * nor a task that it starts. `undefined` where that cannot be told.
 */
export function misses(function_: ModelFunction): "always" | "sometimes" | undefined {
  const { steps } = function_;
  if (function_.hasError || steps.some((it) => it.at.task > 0)) return undefined;
  if (steps.some((it) => mayReply(it) && !isPlain(it.at.arms))) return undefined;
  if (!steps.some(mayReply))
    return [...function_.names].some((it) => /reply|reject|respond|answer/i.test(it)) ? undefined : "always";
  return replies(steps, []) ? undefined : "sometimes";
}

/** Whether what happens in these arms, and nowhere above, ends with a reply or a trap. */
function replies(steps: readonly Step[], arms: readonly Arm[]): boolean {
  for (const step of steps) {
    if (step.at.arms.length !== arms.length || !arms.every((it, i) => step.at.arms[i] === it)) continue;
    if (mayReply(step) || isCertainTrap(step)) return true;
    if (step.kind !== "check" || step.decides.length === 0) continue;
    const ways = step.decides.map((arm) => ({ arm, replies: replies(steps, [...arms, arm]) }));
    if (ways.every((it) => it.replies)) return true;
    if (ways.some((it) => it.arm.leaves === "function" && !it.replies)) return false;
  }
  return false;
}

/** What may send the reply: the functions of ic-cdk, those of this crate that do, and unknown ones by their names. */
function mayReply(step: Step): boolean {
  if (step.kind === "reply") return true;
  if (step.kind === "canisterCall") return false;
  if (step.kind !== "functionCall") return false;
  if (step.cdk === "reply" || step.cdk === "spawn" || step.cdk === "timer") return true;
  if (step.targets.length === 0)
    return isUnknown(step) || /reply|reject|respond|answer|executor_context/i.test(step.path);
  return step.targets.some((it) => reaches(it, new Set()));
}

/** A function of another crate that is not known to leave the reply alone: `shared::chunks(&key)`. */
function isUnknown({ isMethod, isHandedOn, resolved }: FunctionCall): boolean {
  if (isMethod || isHandedOn || !/^[a-z]\w*(::\w+)*::[a-z]\w*$/.test(resolved)) return false;
  if (
    /^(std|core|alloc|ic_cdk(_\w+)?|ic0|candid|serde(_\w+)?|ic_stable_structures|hex|sha2|self|super|crate)::/.test(
      resolved,
    )
  ) {
    return false;
  }
  // Helpers that give access to state, or ask who calls, are known by their names.
  return !/::(with|mutate|read|get|set|is|check|assert|ensure|require|print|log|trap)(_\w+)?$|caller|guard|_id$/.test(
    resolved,
  );
}

function reaches(function_: ModelFunction, seen: Set<ModelFunction>): boolean {
  if (seen.has(function_)) return false;
  seen.add(function_);
  if (function_.steps.some((it) => it.kind === "reply" || isCertainTrap(it))) return true;
  if ([...function_.names].some((it) => /reply|reject|spawn/i.test(it))) return true;
  return function_.summary.callees.some((it) => reaches(it, seen));
}
