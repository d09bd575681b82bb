import type {
  CanisterCall,
  CanisterModel,
  EntryPoint,
  ModelFunction,
  StateWrite,
  Step,
} from "../analysis/canisterModel.ts";
import { Derived, isSameList } from "../analysis/derived.ts";
import { lastName } from "../analysis/textParts.ts";
import { usesArguments } from "./argumentFlow.ts";
import { changeAttribute } from "./entryAttribute.ts";
import { canBeGuard } from "./guard-not-found.ts";
import { isOpen, isOpenToUsers, isTestCanister, letsAllUsersPass } from "./openEndpoints.ts";
import { entryName, findReached, isDeferred, StepReach, wayPlaces } from "./reach.ts";
import type { QuickFix, Rule, RuleFinding } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { hasWord, stateName } from "./stateNames.ts";
import { type Act, ledgerInDisguise, payingCall, payingWhoeverCalls, signingCall } from "./tokensOut.ts";

/** Anybody may do what only some should. */
export const missingCallerCheck: Rule = {
  id: "missing-caller-check",
  severity: "warning",
  docs: {
    what: "An update that manages canisters, hands out tokens, changes settings or what others have stored, or is hidden from the interface, never asks who calls.",
    why: "Every update can be called by every user and every canister. What `dfx` or the frontend shows to some is open to all.",
    instead:
      'Check the caller, best with `guard = "…"` so that nobody forgets it, and refuse the call where it is not allowed.',
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister)) return;
    for (const entry of updatesOf(canister)) {
      const act = acts.of(canister, entry);
      if (act !== undefined) report(asFinding(canister, entry, act));
    }
  },
};

function updatesOf(canister: CanisterModel): readonly EntryPoint[] {
  return canister.entryPoints.filter((it) => it.kind === "update");
}

const closedShare = new Derived((canister) => {
  const updates = updatesOf(canister);
  return 1 - updates.filter((it) => isOpen(canister, it)).length / updates.length;
});

/** What anybody may do by an update. */
const acts = new Derived((canister, entry: EntryPoint): Act | undefined => {
  if (!isOpen(canister, entry)) {
    return ledgerInDisguise(canister, entry) ?? payingWhoeverCalls(canister, entry) ?? actOfAnyUser(canister, entry);
  }
  return (
    (isDecided(entry) ? undefined : managingCall(canister, entry)) ??
    payingCall(canister, entry) ??
    signingCall(canister, entry) ??
    (isProven(entry.function) || copiesOwnStatus(canister, entry)
      ? undefined
      : (wipingAct(entry) ??
        privilegedWrite(entry, closedShare.of(canister, "")) ??
        hiddenAct(entry) ??
        foreignRecord(canister, entry) ??
        sharedRecord(canister, entry)))
  );
});

/** What should not be for everybody who makes an identity either. */
function actOfAnyUser(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  if (!isOpenToUsers(canister, entry) || isProven(entry.function)) return undefined;
  const act =
    (isDecided(entry) ? undefined : managingCall(canister, entry)) ??
    payingCall(canister, entry) ??
    signingCall(canister, entry) ??
    privilegedWrite(entry, 0);
  return act?.severity === "warning" ? act : undefined;
}

function asFinding(canister: CanisterModel, entry: EntryPoint, { what, severity, related }: Act): RuleFinding {
  const asks =
    entry.guards.length > 0 ? "its guard refuses only the anonymous caller" : "nothing on the way asks who calls";
  return {
    severity,
    confidence: "medium",
    path: entry.path,
    range: entry.nameRange,
    message: `Anybody may call ${entryName(entry)}: ${what}, and ${asks}. Check the caller, for example with a guard.`,
    related,
    fixes: addGuard(canister, entry),
  };
}

/** The argument names something that a chain holds, and what is asked about it decides: whoever asks, it is so. */
function isProven({ parameters, steps }: ModelFunction): boolean {
  if (!parameters.some((it) => onChain.test(it.name))) return false;
  const asked = steps.find((it) => it.kind === "suspension" && it.suspends !== "no");
  return asked !== undefined && steps.some((it) => it.kind === "check" && it.leaves && it.at.order > asked.at.order);
}

const onChain =
  /^(hash|tx|txid|receipt)$|(^|_)(tx|transaction|receipt|block|payment)_?(hash|id|index|height|receipt)$/i;

/** Without arguments it stores what the network tells of the canister itself: whoever calls, that is so. */
function copiesOwnStatus(canister: CanisterModel, { function: updated }: EntryPoint): boolean {
  if (updated.parameters.length > 0) return false;
  const { writes } = updated.summary;
  if (!writes.every((it) => it.isFetched || /(^|[^a-z])controllers/i.test(`${stateName(it.state)} ${it.value}`)))
    return false;
  if (!statusRequests.isPossible(canister, updated)) return false;
  const asks = findReached(updated, (step) => (asksForStatus(step) ? step : undefined));
  return asks !== undefined && findReached(updated, otherCall) === undefined;
}

function asksForStatus(step: Step): boolean {
  if (step.kind === "canisterCall") return step.calleeIs === "management" && ownStatus.test(step.method ?? "");
  return (
    step.kind === "functionCall" && step.awaited && step.targets.length === 0 && ownStatus.test(lastName(step.path))
  );
}

const statusRequests = new StepReach(asksForStatus);

function otherCall(step: Step): Step | undefined {
  return step.kind === "canisterCall" && !asksForStatus(step) ? step : undefined;
}

const ownStatus = /^(canister_status|canister_info|get_controllers)$/;

/** What others have decided is carried out, whoever asks for it: `if proposal.status != Approved { return Err(…) }`. */
function isDecided({ function: { steps } }: EntryPoint): boolean {
  return steps.some(
    (it) =>
      it.kind === "check" &&
      it.leaves &&
      it.reads.length > 0 &&
      /status|approv|quorum|majority|\bvotes?(_\w+)?\b/i.test(it.text),
  );
}

const lifecycle =
  /^(install_code|install_chunked_code|update_settings|stop_canister|start_canister|delete_canister|uninstall_code|deposit_cycles\w*|load_canister_snapshot|upload_chunk|canister_stop|canister_delete)$/;

/** The canister manages others for whoever asks. */
function managingCall(canister: CanisterModel, entry: EntryPoint): Act | undefined {
  if (!managing.isPossible(canister, entry.function)) return undefined;
  const reached = findReached(
    entry.function,
    (step, inFunction) => {
      if (!manages(step) || isDeferred(step, inFunction)) return undefined;
      return isFactory(inFunction) ? undefined : step;
    },
    (call, inFunction) => !isDeferred(call, inFunction),
  );
  if (reached === undefined || reached.way.some((it) => callsFactory(it.inFunction))) return undefined;
  const { found, inFunction } = reached;
  return {
    what: `it reaches \`${found.method}\` of the management canister`,
    severity: "warning",
    related: [
      ...wayPlaces(reached),
      { path: inFunction.path, range: found.range, message: "canisters are managed here" },
    ],
  };
}

function manages(step: Step): step is CanisterCall {
  return step.kind === "canisterCall" && step.calleeIs === "management" && lifecycle.test(step.method ?? "");
}

const managing = new StepReach(manages);

/** One function makes the canister, another one installs its code. */
function callsFactory({ steps }: ModelFunction): boolean {
  return steps.some((it) => it.kind === "functionCall" && it.targets.some(isFactory));
}

/** What it manages it has just made. */
function isFactory({ names }: ModelFunction): boolean {
  return [...names].some((it) => /^(provisional_)?create_canister/.test(it));
}

const privileged =
  /^(\w+_)?(owner|admin|administrator|controller|operator|governance|custodian|authority|minter|minting_account|whitelist|allow_?list|blacklist|blocklist|moderator|manager|treasury|fee|config|configuration|settings|permission|role|paused|approved_\w+|approval|allowance)s?$/i;

/** The state's name, or that of the field that is written, tells of privileges or settings. */
function isPrivilegedState({ state: { variable, field }, effect, through }: StateWrite, entry: ModelFunction): boolean {
  const last = field.split(".").findLast((it) => it !== "[]") ?? "";
  if (last !== "") return privileged.test(last);
  // `mutate_settings(|s| …)` writes everything back, whatever was changed.
  const isWhole = /^(config|configuration|settings)$/i.test(variable.name) && through?.name !== entry.name;
  return !isWhole && privileged.test(variable.name) && (effect === "assign" || variable.fields.length === 0);
}

/** The canister asks or obeys whoever is named there, or a setting among its configuration. */
function tellsWhomToTrust({ state: { variable, field } }: StateWrite): boolean {
  const fields = field.split(".").filter((it) => it !== "[]" && it !== "");
  if (fields.slice(0, -1).some((it) => /^(config|configuration|settings)$/i.test(it))) return true;
  if (field === "" && fields.length === 0 && /\b(Principal|CanisterId)\b/.test(variable.type)) {
    return !/Map|Set|Vec|\[/.test(variable.type);
  }
  return /(^|_)(rpc|url|endpoint|oracle|ledger|proxy|registry|minter|canister(_id)?)$/i.test(
    fields.at(-1) ?? variable.name,
  );
}

/** Where so large a part of the updates asks who calls, one that does not stands out. */
const exceptionFrom = 0.75;

/** Settings and privileges change, or what others have stored disappears. */
function privilegedWrite(entry: EntryPoint, closedShare: number): Act | undefined {
  const { function: updated, method = "" } = entry;
  for (const write of updated.summary.writes) {
    if (isBookkeeping(write)) continue;
    const isPrivileged = isPrivilegedState(write, updated) || privileged.test(method);
    const isSetting = write.effect === "assign" && takesItFromArguments(updated, write);
    const isRemoval =
      write.effect === "remove" && /^(remove|delete|clear|reset|drop|purge|prune|wipe)(?!\w*cache)/i.test(method);
    const isException = closedShare >= exceptionFrom && write.effect !== "mutate" && write.effect !== "push";
    const isTrusted = isSetting && tellsWhomToTrust(write);
    if (!isPrivileged && !isTrusted && !(closedShare > 0 && (isSetting || isRemoval || isException))) continue;
    const isGrave = isPrivileged || isTrusted || (isRemoval && updated.parameters.length > 0);
    return {
      what: `it changes \`${stateName(write.state)}\``,
      severity: isGrave || isHidden(entry.attribute) ? "warning" : "information",
      related: [{ path: write.through?.path ?? updated.path, range: write.range, message: "written here" }],
    };
  }
  return undefined;
}

/** All that is stored there is gone, whoever calls. */
function wipingAct({ method = "", function: { summary, path } }: EntryPoint): Act | undefined {
  if (!wiping.test(method) || /cache/i.test(method)) return undefined;
  const write = summary.writes.find((it) => empties(it) && !isBookkeeping(it));
  if (write === undefined) return undefined;
  return {
    what: `it empties \`${stateName(write.state)}\``,
    severity: "warning",
    related: [{ path: write.through?.path ?? path, range: write.range, message: "emptied here" }],
  };
}

const wiping = /^(clear|reset|wipe|purge|erase|flush|empty|destroy|nuke|(delete|remove|drop)_?[aA]ll)(_|[A-Z]|$)/;

function empties({ effect, operation, value }: StateWrite): boolean {
  if (effect === "remove") return /^(clear|clear_new|drain|take|truncate|delete)$/.test(operation);
  return effect === "assign" && /(::(new|default)\(\)|^vec!\s*\[\s*\]|^Default::default\(\))$/.test(value.trim());
}

/** A record that somebody has stored is found by what the caller says it is called, and changed or removed. */
function foreignRecord(canister: CanisterModel, { function: updated, method = "" }: EntryPoint): Act | undefined {
  const isAdding = /^(add|create|register|insert|new|put|store|upload|append|join|vote|like|log)(_|[A-Z]|$)/.test(
    method,
  );
  const people = updated.parameters.filter((it) => isSomebody(it));
  const keys = updated.parameters.filter((it) => /^(id|key|index|\w+(_id|_key|_index|Id))$/.test(it.name));
  const text = bodyText(canister, updated);
  const person = people.find((it) => findsBy(it.name, "entry|insert").test(text));
  const overwrites = /^(set|save|update|edit|change|modify|replace)(_|[A-Z]|$)/.test(method) ? "insert" : undefined;
  const key = person ?? (isAdding ? undefined : keys.find((it) => findsBy(it.name, overwrites).test(text)));
  if (key === undefined) return undefined;
  for (const write of updated.summary.writes) {
    if (isBookkeeping(write) || !isCollection(write)) continue;
    if (person === undefined && !/^(insert|assign|remove)$/.test(write.effect)) continue;
    return {
      what: `it changes what lies in \`${stateName(write.state)}\` under the \`${key.name}\` that they name`,
      severity: person === undefined ? "information" : "warning",
      related: [{ path: write.through?.path ?? updated.path, range: write.range, message: "written here" }],
    };
  }
  return undefined;
}

/** What is stored as the arguments say, whoever gives them: nothing tells whose it is. */
function sharedRecord(canister: CanisterModel, { function: updated, method = "" }: EntryPoint): Act | undefined {
  const { steps, parameters, path } = updated;
  if (parameters.length === 0 || asking.test(method)) return undefined;
  const isSetter = /^(set|reset)(_|[A-Z])/.test(method);
  const write = steps.find(
    (it): it is StateWrite =>
      it.kind === "stateWrite" &&
      !isCounting(it) &&
      (isSetter || !isBookkeeping(it)) &&
      (saysForWhom.test(method) || isArgument(canister, updated, it)),
  );
  if (write === undefined) return undefined;
  return {
    what: `it changes \`${stateName(write.state)}\` as its arguments say`,
    severity: saysForWhom.test(method) || takesCode(updated, method, write) ? "warning" : "information",
    related: [{ path: write.through?.path ?? path, range: write.range, message: "written here" }],
  };
}

/** Code that canisters are to execute is taken from anybody. */
function takesCode({ parameters }: ModelFunction, method: string, { state }: StateWrite): boolean {
  if (!parameters.some((it) => /^(Vec\s*<\s*u8\s*>|(\w+::)*(ByteBuf|Bytes))$/.test(it.type.trim()))) return false;
  return [method, stateName(state), ...parameters.map((it) => it.name)].some((it) => /(^|[_.])wasm/i.test(it));
}

/** What is written is what the arguments say, also those that are handed to the function which writes. */
function isArgument(canister: CanisterModel, updated: ModelFunction, { range, through }: StateWrite): boolean {
  if (!usesArguments(canister, updated, range)) return false;
  if (through === undefined) return true;
  const writer = canister.functions.find((it) => it.path === through.path && contains(it.bodyRange, through.range));
  return writer === undefined || usesArguments(canister, writer, through.range);
}

function contains(body: ModelFunction["bodyRange"], { start, end }: ModelFunction["range"]): boolean {
  return body !== undefined && body.start <= start && end <= body.end;
}

const saysForWhom = hasWord("admins? owner controllers? operator governance moderator");

/** Somebody came by, and was counted. */
function isCounting({ effect, value }: StateWrite): boolean {
  return effect === "add" && /^1(_?[ui]\d+)?$/.test(value.trim());
}

/** What only asks writes what it has found out: a cache. */
const asking =
  /^(get|is|has|can|are|fetch|list|query|search|find|count|check|validate|verify|estimate|compute|calculate|preview|quote|lookup|read|peek|refresh|sync|greet)(_|[A-Z]|$)/;

/** A principal who is not said to get something, but to be somebody. */
function isSomebody({ name, type }: ModelFunction["parameters"][number]): boolean {
  return (
    /\b(Principal|Account)\b/.test(type) &&
    /^(user|owner|caller|sender|buyer|seller|investor|player|member|customer|account)?(_?(principal|id|principal_id))?$/.test(
      name,
    )
  );
}

/** What looks something up in a collection by a parameter, or does so otherwise. */
function findsBy(key: string, otherwise = "get"): RegExp {
  return new RegExp(
    `\\.\\s*(get|get_mut|remove|swap_remove|contains_key|${otherwise})\\(\\s*&?${key}\\b|[!=]=\\s*[&*]?${key}\\b`,
  );
}

function isCollection({ state: { variable, field } }: StateWrite): boolean {
  return field.includes("[]") || /\b(\w*Map|\w*Vec|VecDeque)\s*</.test(variable.type);
}

/** What is left out of the interface is not meant for everybody, and yet open to everybody who knows its name. */
function hiddenAct({ attribute, function: { summary, path } }: EntryPoint): Act | undefined {
  if (!isHidden(attribute)) return undefined;
  const write = [...summary.writes, ...summary.laterWrites].find((it) => !isBookkeeping(it));
  if (write === undefined) {
    return summary.callsCanister
      ? { what: "though hidden, it makes calls in the canister's name", severity: "warning", related: [] }
      : undefined;
  }
  const place = { path: write.through?.path ?? path, range: write.range, message: "written here" };
  return { what: `though hidden, it changes \`${stateName(write.state)}\``, severity: "warning", related: [place] };
}

function isHidden({ arguments: text }: EntryPoint["attribute"]): boolean {
  return /\bhidden\s*=\s*true\b/.test(text);
}

function isBookkeeping({ state, through, operation }: StateWrite): boolean {
  // What has expired or been abandoned is tidied away, whoever comes by.
  if (/expire|prune|tidy|clean_?up|evict/.test(`${through?.name ?? ""} ${operation}`)) return true;
  return bookkeeping.test(stateName(state)) && !ending.test(stateName(state));
}

/** When it ended is how it is ended: `session.ended_at = Some(time())`. */
const ending =
  /(^|[._])(ended|closed|finished|deleted|cancell?ed|completed|paid|claimed|approved|confirmed|executed|revoked|settled|released)_at$/;

const bookkeeping = hasWord(`
  metrics? caches? counts? counters? stats? statistics? logs? last at timestamps? time nonces? seq queues? buffers? locks?
  guards?`);

function takesItFromArguments({ parameters, name }: ModelFunction, { value, through }: StateWrite): boolean {
  if (/^(set|update|configure|change|edit|replace)_/.test(name)) return parameters.length > 0;
  return through === undefined && parameters.some((it) => it.name !== "" && new RegExp(`\\b${it.name}\\b`).test(value));
}

const ownGuards = new Derived(
  (canister) => {
    const called = new Set(canister.entryPoints.map((it) => it.function));
    return canister.functions.filter(
      (it) => canBeGuard(it) && it.summary.asksForCaller && it.summary.writes.length === 0 && !called.has(it),
    );
  },
  { isSame: isSameList },
);

/** The crate's own guards, best one first. */
function addGuard(canister: CanisterModel, entry: EntryPoint): QuickFix[] {
  const used = canister.entryPoints.flatMap((it) => it.guards);
  const counted = ownGuards
    .of(canister, "")
    .filter(
      (it) =>
        !/(^|_)query(_|$)/.test(it.name) &&
        !letsAllUsersPass(canister, { name: it.name, function: it, isMissing: false }),
    )
    .map((it) => ({ name: it.name, uses: used.filter((guard) => guard.endsWith(it.name)).length }));
  counted.sort((a, b) => b.uses - a.uses);
  return counted.slice(0, 3).flatMap(({ name }): QuickFix[] => {
    const path = used.find((it) => it.endsWith(`::${name}`)) ?? name;
    const edit = changeAttribute(canister, entry, { name: "update", added: `guard = "${path}"` });
    return edit === undefined ? [] : [{ title: `Guard it with \`${path}\``, kind: "review", edits: [edit] }];
  });
}
