import type {
  CanisterModel,
  EntryPoint,
  FunctionCall,
  GuardFunction,
  ModelFunction,
  Step,
} from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { lastName, withoutTexts } from "../analysis/textParts.ts";
import { findReached, StepReach } from "./reach.ts";
import { bodyText } from "./sourceText.ts";
import { definitionOf } from "./storedTypes.ts";

/** Crates that only tests install. */
export function isTestCanister({ packageName, files: [root = ""] }: CanisterModel): boolean {
  if (
    /(^|[-_])(test|tests|mock|mocks|mocked|e2e|dummy|fake|flaky|stub|stubs|probe|bench|benchmarks?)([-_]|$)/i.test(
      packageName,
    )
  )
    return true;
  // The crate's folder and the one that it lies in.
  const [, crate = "", above = "", ...further] = root
    .split(/[\\/]/)
    .toReversed()
    .filter((it) => it !== "src");
  const around = /^(e2e|fixtures|testdata|test[-_]data)$|(^|[-_])fuzz(ing|ers?)?$/i;
  if ([above, ...further.slice(0, 4)].some((it) => around.test(it))) return true;
  return [crate, above].some((it) =>
    /^(\w+[-_])?tests$|^(test|mocks|stubs|e2e|fixtures|testdata|(e2e|integration|system)[-_]test|test[-_]canisters?)$/i.test(
      it,
    ),
  );
}

/** Methods that standards or their purpose open to everybody. */
const openNames =
  /^(wallet_receive|icrc\d+_\w+|http_request\w*|__\w+)$|(^|_)(submit|notify|ping|heartbeat|faucet|callback|webhook|receive)(_|$)|^test(_|$)/;

/** What proves by itself who sent it. */
const proofs =
  /signature|(?<!as|de|un|re)signed|(^|_)sig($|_)|jwt|proof|secret|(access|auth|id|session|bearer)_token|(^|_)code($|_)|password|certificate|delegation|voucher|attestation/i;

/** Whether an update can be called by anybody: no guard, and nothing that it reaches asks who calls; open names are not asked for. */
export function isOpen(canister: CanisterModel, entry: EntryPoint, name?: "whatever it is called"): boolean {
  return name === undefined ? openness.of(canister, entry) : readOpenness(canister, entry, name);
}

/** Whether an update has guards, all of which turn only the anonymous caller away, and asks for nothing else. */
export function isOpenToUsers(canister: CanisterModel, entry: EntryPoint): boolean {
  if (entry.guards.length === 0 || entry.guards.length !== entry.guardFunctions.length) return false;
  if (!entry.guardFunctions.every((it) => letsAllUsersPass(canister, it))) return false;
  return readOpenness(canister, { ...entry, guards: [], guardFunctions: [] });
}

const openness = new Derived((canister, entry: EntryPoint) => readOpenness(canister, entry));

function readOpenness(canister: CanisterModel, entry: EntryPoint, name?: "whatever it is called"): boolean {
  const { kind, guards, method = "" } = entry;
  const { summary, parameters, attributes, names, steps } = entry.function;
  if (kind !== "update" || guards.length > 0) return false;
  const isUnused = summary.asksForCaller && onlyNamesCaller(canister, entry);
  if (summary.asksForCaller && !isUnused) return false;
  if (name === undefined && openNames.test(method) && !onlyBelieves(entry)) return false;
  // What begins with `_` is not used.
  if (parameters.some((it) => !it.name.startsWith("_") && (proofs.test(it.name) || proofs.test(it.type)))) return false;
  if (argumentFields(canister, entry).some((it) => proofs.test(it) && isLookedAt(entry.function, it))) return false;
  // Attributes of other crates may check the caller, and so may code that is put together by macros.
  if (attributes.some((it) => !harmlessAttributes.test(it.path))) return false;
  if (asksForTestMode(steps)) return false;
  if (
    !isUnused &&
    namesACheck.test([...names].join(" ")) &&
    callsCheck.test(withoutTexts(bodyText(canister, entry.function)))
  )
    return false;
  return !checksCredential(canister, entry);
}

/** Whoever is notified asks nobody whether it is so. */
function onlyBelieves({ method = "", function: { summary } }: EntryPoint): boolean {
  return /(^|_)notify_/.test(method) && summary.suspends === "no" && !summary.callsCanister;
}

/** A field is named by the function or one that it calls, or something is verified that has it. */
function isLookedAt(entered: ModelFunction, field: string): boolean {
  const reached = [entered, ...entered.summary.callees];
  return [...reached, ...reached.flatMap((it) => it.summary.callees)].some(
    ({ names }) =>
      names.has(field) || [...names].some((it) => /verif|validate|authenticate|authori[sz]e|recover|decode/i.test(it)),
  );
}

const namesACheck = /caller|is_controller|authenticat|authori[sz]|permission/i;

/** A function, a macro or a field of that name, not a parameter, a variable or a text. */
const callsCheck =
  /\b\w*(?:caller|is_controller|authenticat|authori[sz]|permission)\w*\s*(?:[!(]|::)|\.\s*(?:caller|permissions?)\b/i;

/** `let _caller = msg_caller();`, and nothing is done with it. */
function onlyNamesCaller(canister: CanisterModel, { function: entered }: EntryPoint): boolean {
  if (entered.summary.callees.some((it) => it.summary.asksForCaller)) return false;
  const reads = entered.steps.filter((it) => it.kind === "callerRead");
  const body = withoutTexts(bodyText(canister, entered)).replace(/\/\/[^\n]*/g, "");
  const name = /\blet\s+(\w+)(?:\s*:[^=;]*)?\s*=\s*[\w:]*caller\(\)\s*;/.exec(body)?.[1];
  if (reads.length !== 1 || name === undefined) return false;
  return body.split(new RegExp(`\\b${name}\\b`)).length === 2 && body.split(/caller\(\)/).length === 2;
}

/** Whether something on the way checks what the caller has been given to prove who it is. */
function checksCredential(canister: CanisterModel, { function: entered }: EntryPoint): boolean {
  if (!credentialChecks.isPossible(canister, entered)) return false;
  return findReached(entered, (step) => (isCredentialCheck(step) ? step : undefined)) !== undefined;
}

function isCredentialCheck(step: Step): step is FunctionCall {
  if (step.kind !== "functionCall" || !checkOfCredential.test(lastName(step.path))) return false;
  return !step.arguments.every((it) => onlyNames.test(it.text));
}

const credentialChecks = new StepReach(isCredentialCheck);

/** What says who somebody is, and proves nothing: `verify_session(&wallet_address)`. */
const onlyNames = /^[&*]*(\w+\.)*(\w+_)?(address|principal|user|owner|name|email|user_id|account)(\.clone\(\))?$/;

const checkOfCredential =
  /^(check|verify|validate|authenticate|decode|ensure|assert|require)_(\w+_)?(jwt|session|signature|credentials?|password|otp|(access|auth|bearer|id|login|session|user)_token)$/;

/** Whether a guard turns only the anonymous caller away: whoever makes an identity passes. */
export function letsAllUsersPass(canister: CanisterModel, { name, function: guard }: GuardFunction): boolean {
  // Of another crate, the name alone says what it refuses.
  if (guard === undefined)
    return /^(\w+::)*(\w+_)?(not|non|no|reject|refuse|forbid|deny)_(is_)?anonymous(_(caller|principal|user)s?)?$/.test(
      name,
    );
  if (guard.summary.reads.length > 0 || guard.names.has("is_controller")) return false;
  const calls = guard.steps.filter((it) => it.kind === "functionCall" && it.targets.length > 0);
  return calls.length === 0 && /[=!]=\s*(candid::)?Principal::anonymous\(\)/.test(bodyText(canister, guard));
}

/** Names of the fields of the structs that an endpoint takes, where the crate declares them. */
export function argumentFields(canister: CanisterModel, { function: { parameters } }: EntryPoint): string[] {
  return parameters.flatMap(({ type }) => {
    const name = /^(?:\w+::)*([A-Z]\w*)$/.exec(type.trim())?.[1];
    const definition = name === undefined ? undefined : definitionOf(canister, name);
    return [...(definition ?? "").matchAll(/\b([a-z_]\w*)\s*:(?!:)/g)].map((it) => it[1] ?? "");
  });
}

/** Whether a condition lets only a network for tests pass. */
export function asksForTestMode(steps: readonly Step[]): boolean {
  return steps.some((it) => it.kind === "check" && /test_mode|is_test|dev_mode|is_dev|is_local/.test(it.text));
}

const harmlessAttributes =
  /^((ic_cdk|ic_cdk_macros|ic_cdk::macros|candid)::)?(update|candid_method|allow|expect|must_use|inline|deprecated|doc|export_name|cfg_attr|cfg|rustfmt::skip|trace|instrument|tracing::instrument|async_recursion|unsafe)$/;
