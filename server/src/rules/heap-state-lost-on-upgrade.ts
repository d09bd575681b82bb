import type { EntryPointKind, ModelFunction, StateVariable, StateWrite } from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import type { RelatedRange, Rule } from "./rule.ts";
import { firstField } from "./stateNames.ts";

/** State that users have filled is empty after an upgrade. */
export const heapStateLostOnUpgrade: Rule = {
  id: "heap-state-lost-on-upgrade",
  severity: "warning",
  docs: {
    what: "A static on the heap is written by updates or timers, and no pair of upgrade hooks saves and restores it.",
    why: "An upgrade discards the heap. Only stable memory, and what `#[pre_upgrade]` writes there for `#[post_upgrade]` to read, is kept.",
    instead: "Keep the state in a stable structure (`StableBTreeMap`, `StableCell` …) of ic-stable-structures.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister)) return;
    const hooks = (...kinds: EntryPointKind[]) =>
      canister.entryPoints.filter((it) => kinds.includes(it.kind)).map((it) => it.function);
    const savers = reachedFrom(hooks("preUpgrade"), "now");
    const restorers = reachedFrom(hooks("postUpgrade"), "now");
    const starters = [...reachedFrom(hooks("init"), "now"), ...restorers];
    const writers = [
      ...reachedFrom(hooks("update", "heartbeat", "globalTimer"), "everything"),
      ...reachedFrom(starters.flatMap(startedTasks), "everything"),
    ];
    for (const variable of canister.state) {
      if (variable.isStable || !variable.isMutable || isRebuiltOnDemand(variable)) continue;
      const lost = firstLostWrite(variable, writers);
      if (lost === undefined || writes(restorers, variable)) continue;
      const isSaved = savers.some((it) => touches(it, variable));
      const hook = canister.entryPoints.find((it) => it.kind === (isSaved ? "postUpgrade" : "preUpgrade"));
      const related: RelatedRange[] = [
        {
          path: lost.inFunction.path,
          range: lost.write.range,
          message: "written here, and lost with the next upgrade",
        },
      ];
      if (hook !== undefined) {
        const message = isSaved ? "does not restore it" : "does not save it";
        related.push({ path: hook.path, range: hook.nameRange, message });
      }
      report({
        ...(isOnlyMeasured(variable) && { severity: "information" }),
        confidence: isOnlyMeasured(variable) ? "medium" : "high",
        path: variable.path,
        range: variable.nameRange,
        message:
          `\`${variable.name}\` lives on the heap, which an upgrade discards: what \`${lost.inFunction.name}\` writes is lost. ` +
          "Keep it in a stable structure, or save it in `#[pre_upgrade]` and restore it in `#[post_upgrade]`.",
        related,
      });
    }
  },
};

interface LostWrite {
  readonly inFunction: ModelFunction;
  readonly write: StateWrite;
}

/** Functions that some functions run: before they return, or in tasks and timers as well. */
function reachedFrom(functions: readonly ModelFunction[], extent: "now" | "everything"): readonly ModelFunction[] {
  const open = [...functions];
  const reached = new Set(open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const callee of extent === "now" ? calledNow(next) : next.summary.callees) {
      if (reached.has(callee)) continue;
      reached.add(callee);
      open.push(callee);
    }
  }
  return [...reached];
}

function calledNow({ steps }: ModelFunction): readonly ModelFunction[] {
  return steps.flatMap((it) => (it.kind === "functionCall" && it.at.task === 0 ? it.targets : []));
}

/** Functions that run in the tasks and timers which a function starts. */
function startedTasks({ steps }: ModelFunction): readonly ModelFunction[] {
  return steps.flatMap((it) => (it.kind === "functionCall" && it.at.task > 0 ? it.targets : []));
}

/** Prefers a write of the function itself; one through a helper is shown where the helper is called. */
function firstLostWrite(variable: StateVariable, writers: readonly ModelFunction[]): LostWrite | undefined {
  for (const inFunction of writers) {
    const write = inFunction.steps.find(
      (it): it is StateWrite => it.kind === "stateWrite" && it.state.variable === variable && isKept(it),
    );
    if (write !== undefined) return { inFunction, write };
  }
  return undefined;
}

/** A field of a stable structure, or one that may be lost, does not count. */
function isKept({ state, through, operation, isFetched, effect }: StateWrite): boolean {
  if (operation.startsWith("get_or_insert") || (isFetched && effect === "assign")) return false;
  const { variable } = state;
  const field = firstField(state);
  const known = variable.fields.find((it) => it.name === field);
  if (variable.fields.length > 0 && field !== "" && known !== undefined) {
    return !known.isStable && !mayBeLost.test(field) && !isRebuiltType(known.type);
  }
  if (variable.fields.length > 0 && variable.fields.some((it) => it.isStable)) return false;
  return !mayBeLost.test(`${field} ${through?.name ?? ""}`);
}

function writes(functions: readonly ModelFunction[], variable: StateVariable): boolean {
  return functions.some(({ steps }) =>
    steps.some((it) => it.kind === "stateWrite" && it.at.task === 0 && it.state.variable === variable),
  );
}

function touches({ steps }: ModelFunction, variable: StateVariable): boolean {
  return steps.some((it) => (it.kind === "stateRead" || it.kind === "stateWrite") && it.state.variable === variable);
}

/** Names of what is meant to be lost: caches, locks, what is under way, random numbers, timers. */
const mayBeLost =
  /cache|rng|seed|random|timer|lock|guard|mutex|flight|pending|ongoing|progress|processing|busy|running|memo|temp|tmp|buffer|last_|latest|rate|throttl|limit|session|nonce|is_|in_|waker|executor|sender|receiver|queue|semaphore|task|active|environment|runtime|mock|subscri|fetch|heartbeat|certif|asset|hash(es)?\b|log(s|ger)?$|log_|signature|delegation|challenge|attempt|retry|_retries|snapshot|upload|chunk|bench|reload|mgmt_canister|failure|error|delay|available_tokens|height|interval|schedul|_timestamps?$|unstable|volatile|transient|ephemeral|labeled/i;

function isRebuiltOnDemand({ name, type, origin }: StateVariable): boolean {
  return origin === "assumed" || mayBeLost.test(name) || isRebuiltType(type) || !isKnownContent(type);
}

function isRebuiltType(type: string): boolean {
  return /Rng\b|ChaCha|TimerId|Instant|HashTree|RbTree|Router|Waker|Sender<|Receiver<|SignatureMap|CertifiedResponses|Weak<|\bdyn\b|fn\s*\(|PhantomData|Cell<bool>|AtomicBool/.test(
    type,
  );
}

/** Types of other crates may well lie in stable memory. */
function isKnownContent(type: string): boolean {
  return (
    /\b(HashMap|BTreeMap|HashSet|BTreeSet|Vec|VecDeque|String|Option|Principal|Nat|[iu](8|16|32|64|128|size)|f64|Atomic[UI]\w+|BinaryHeap|IndexMap)\b/.test(
      type,
    ) || /^(\w+::)*(RefCell|Cell|Mutex|RwLock)<\w+>$/.test(type.replace(/\s/g, ""))
  );
}

function isOnlyMeasured({ name }: StateVariable): boolean {
  return /metric|statistic|_stats|_total|telemetry|gauge|profil|trace/i.test(name);
}
