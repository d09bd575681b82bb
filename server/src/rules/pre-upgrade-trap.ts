import type {
  CanisterModel,
  EntryPoint,
  ModelFunction,
  StateVariable,
  StateWrite,
  Step,
  TrapPoint,
} from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { type Follows, findReached, isDeferred, runsItsCallee, wayPlaces } from "./reach.ts";
import { everReachedFrom } from "./reachedFunctions.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { firstField } from "./stateNames.ts";
import { forbidsUpgrades, touches, upgradeFlows } from "./upgradeState.ts";

/** The canister may never be upgraded again. */
export const preUpgradeTrap: Rule = {
  id: "pre-upgrade-trap",
  severity: "warning",
  docs: {
    what: "`#[pre_upgrade]` may trap: it unwraps a result, panics or asserts.",
    why: "`pre_upgrade` belongs to the old version. Where it traps, the upgrade is undone, and so is every later one, since all of them run it first. Only an upgrade with `skip_pre_upgrade` gets past it, without what the hook would have saved.",
    instead:
      "Keep the state in stable structures and need no `pre_upgrade`. Where there must be one, let it do nothing that can fail; to ignore a failed save would lose the data.",
  },

  check(canister, report) {
    if (forbidsUpgrades(canister) || isTestCanister(canister)) return;
    for (const entry of canister.entryPoints.filter((it) => it.kind === "preUpgrade")) {
      const follows: Follows = (call, inFunction) => runsItsCallee(call) && !isDeferred(call, inFunction);
      const reached = findReached(entry.function, (step, at) => trapOf(canister, step, at), follows);
      if (reached === undefined) {
        const halt = findReached(entry.function, (step, at) => haltOf(canister, step, at), follows);
        if (halt !== undefined) {
          report({
            severity: "information",
            confidence: "medium",
            path: entry.path,
            range: halt.way[0]?.call.range ?? halt.found.range,
            message:
              `\`${halt.found.construct}\` puts upgrades off while work is under way: none succeeds until it ends. Should it never end, ` +
              "only an upgrade with `skip_pre_upgrade` gets past this, without what the hook saves.",
            related: wayPlaces(halt),
          });
        }
        continue;
      }
      const { found, inFunction, way } = reached;
      // Bytes that are only put together in memory are written by something else, which may fail.
      const failing = findReached(
        entry.function,
        (step, at) => {
          const trap = trapOf(canister, step, at);
          return trap === undefined || fillsMemoryOnly(canister, trap, at) ? undefined : trap;
        },
        follows,
      );
      const isRemote =
        failing === undefined ||
        isAppended.test(textOf(canister, failing.found, failing.inFunction)) ||
        isPrescribed.test(textOf(canister, failing.found, failing.inFunction)) ||
        (savesLittle(canister) && saving.test(textOf(canister, found, inFunction)));
      const inHook = way[0]?.call.range ?? found.range;
      report({
        ...(isRemote && { severity: "information" }),
        confidence: failing === undefined ? "medium" : "high",
        path: entry.path,
        range: inHook,
        message:
          `If \`${found.construct}\` traps in \`${entry.function.name}\`, this upgrade and every later one fails, since all of them run ` +
          "it first. Keep the state in stable structures, which need no `pre_upgrade`.",
        related: [
          ...wayPlaces(reached),
          ...(way.length === 0
            ? []
            : [{ path: inFunction.path, range: found.range, message: `\`${found.construct}\` may trap here` }]),
        ],
      });
    }
  },
};

/** What fails because of data or of memory. Divisions, indices and taken borrows are rarely wrong in such a hook. */
function trapOf(canister: CanisterModel, step: Step, inFunction: ModelFunction): TrapPoint | undefined {
  if (step.kind !== "trap" || isDeferred(step, inFunction)) return undefined;
  if (
    !/^(unwrap|expect|unwrap_or_else|panic!|trap|unreachable!|todo!|unimplemented!|assert(_eq|_ne)?!)$/.test(
      step.construct,
    )
  ) {
    return undefined;
  }
  if (isOnlyBusy(canister, step, inFunction)) return undefined;
  const text = textOf(canister, step, inFunction);
  const isTaken = takesState.test(text) || (takesFirst.test(text) && staysFilled(canister, inFunction));
  return isTaken || saysUnset.test(text) ? undefined : step;
}

/** A trap that puts the upgrade off on purpose. */
function haltOf(canister: CanisterModel, step: Step, inFunction: ModelFunction): TrapPoint | undefined {
  if (step.kind !== "trap" || isDeferred(step, inFunction)) return undefined;
  return isOnlyBusy(canister, step, inFunction) ? step : undefined;
}

/** What `init` or `post_upgrade` insert into all state that a function looks at, nothing removes. */
function staysFilled(canister: CanisterModel, { steps }: ModelFunction): boolean {
  const looked = new Set(steps.flatMap((it) => (it.kind === "stateRead" ? [it.state.variable] : [])));
  const starters = canister.entryPoints.filter((it) => it.kind === "init" || it.kind === "postUpgrade");
  return [...looked].every(
    (variable) =>
      starters.some(({ function: { summary } }) => summary.writes.some((it) => it.state.variable === variable)) &&
      !canister.functions.some((it) =>
        it.steps.some(
          (step) =>
            step.kind === "stateWrite" &&
            step.state.variable === variable &&
            /^(?:remove|pop|retain|clear|drain|take|truncate|split_off|swap_remove)/.test(step.operation),
        ),
      ),
  );
}

function textOf(canister: CanisterModel, { range }: TrapPoint, { path }: ModelFunction): string {
  return canister.textIn(path, range.start, range.end);
}

/** `if is_busy { trap("try again") }`: the upgrade is put off on purpose, until the work is done. */
function isOnlyBusy(canister: CanisterModel, trap: TrapPoint, inFunction: ModelFunction): boolean {
  if (!/^(trap|panic!|assert!)$/.test(trap.construct)) return false;
  const said = textOf(canister, trap, inFunction);
  if (/"[^"]*\b(?:busy|in progress|still running|halted|try again)\b[^"]*"/i.test(said)) return true;
  const { start } = trap.range;
  const before = canister.textIn(inFunction.path, Math.max(0, start - 250), start);
  return /\bif\s+[^{}]*(?:busy|running|in_?progress|in_?flight|processing|locked)[^{}]*\{[^{}]*$/i.test(before);
}

/** To encode what its types derive into a vector of bytes fails only where memory ends, which no result tells of. */
function fillsMemoryOnly(canister: CanisterModel, trap: TrapPoint, inFunction: ModelFunction): boolean {
  const text = textOf(canister, trap, inFunction);
  if (!/\.\s*(unwrap|expect)\([^()]*\)$/.test(text) || /\bstable_save\b|\.write(_all)?\(/.test(text)) return false;
  if (
    /\b(ciborium|serde_cbor|cbor4ii::serde|bincode|rmp_serde|minicbor(_serde)?|candid|ic_cdk::export::candid)::(\w+::)*(to_vec(_packed|_named)?|serialize|encode_one|encode_args)\(|\b(Encode!|encode_one|encode_args)\(/.test(
      text,
    )
  )
    return true;
  const into = /\b(?:into_writer|to_writer|serialize_into|minicbor::encode)\([\s\S]*&mut\s+(\w+)\s*,?\s*\)/.exec(
    text,
  )?.[1];
  if (into === undefined) return false;
  const vector = new RegExp(`\\blet\\s+mut\\s+${into}\\s*(?::\\s*Vec\\b[^=]*)?=\\s*(?:vec!|Vec(?:::<[^>]*>)?::)`);
  return vector.test(bodyText(canister, inFunction));
}

/** One record more in a stable structure, which fails only where stable memory ends: `log.append(&event).expect(…)`. */
const isAppended =
  /\.\s*(?:append|push)\s*\((?:(?!into_writer|[Ee]ncode|serialize|to_vec)[\s\S])*\)\s*\.\s*(?:expect|unwrap)\([^()]*\)$/;

/** What ic-stable-memory wants of the hook, whose state lies in stable memory already, and the library of asset canisters. */
const isPrescribed =
  /^(?:\w+::)*(?:stable_memory_pre_upgrade\(\)|SBox::new\([\w.()]*\))\s*\.\s*(?:expect|unwrap)\([^()]*\)$|\bstable_save\(\s*\(\s*(?:\w+::)*ic_certified_assets::pre_upgrade\(\)\s*,\s*\)\s*\)/;

const saving =
  /\.set\(|\b(stable_save|stable_store|serialize|into_writer|to_writer|encode|encode_one|Encode)\b|\.write\(&/;

/**
 * What the hook looks at does not grow with what others send: its type has one size, or it is written only by an
 * installation and by methods that a guard keeps to controllers.
 */
function savesLittle(canister: CanisterModel): boolean {
  const { savers, periodic } = upgradeFlows(canister);
  if (savers.some((it) => it.steps.some(reachesElsewhere))) return false;
  const saved = canister.state.filter(
    (it) => !it.isStable && !/\bMemoryManager\b/.test(it.type) && savers.some((saver) => touches(saver, it)),
  );
  const entries = canister.entryPoints.filter((it) => ["init", "postUpgrade", "update"].includes(it.kind));
  const open = entries.filter((it) => it.kind === "update" && !isRestricted(it));
  const writers = [...periodic, ...everReachedFrom(open.map((it) => it.function))];
  const isSeen = (variable: StateVariable) =>
    entries.some(({ function: { summary } }) => summary.writes.some((it) => it.state.variable === variable));
  const grows = (variable: StateVariable) =>
    writers.some(({ steps }) =>
      steps.some((it) => it.kind === "stateWrite" && it.state.variable === variable && isGrowth(it)),
    );
  return saved.length > 0 && saved.every((it) => isOfOneSize(canister, it, savers) || (isSeen(it) && !grows(it)));
}

/** The static, or each of its fields that the hook looks at, always has as many bytes. */
function isOfOneSize(canister: CanisterModel, variable: StateVariable, savers: readonly ModelFunction[]): boolean {
  if (fixedSize.test(variable.type)) return true;
  const looked = savers.flatMap(({ steps }) =>
    steps.flatMap((it) =>
      (it.kind === "stateRead" || it.kind === "stateWrite") && it.state.variable === variable ? [it.state] : [],
    ),
  );
  const typesLooked = looked.map((it) => variable.fields.find(({ name }) => name === firstField(it))?.type);
  return looked.length > 0 && typesLooked.every((it) => it !== undefined && fixedSize.test(aliased(canister, it)));
}

/** A type with the crate's short names for others written out: `Salt` as `[u8; 32]`. */
function aliased(canister: CanisterModel, type: string): string {
  return type.replace(/\b[A-Z]\w*\b/g, (name) => {
    if (fixedSize.test(name)) return name;
    const pattern = new RegExp(`\\btype\\s+${name}\\s*=\\s*([^;]*(?:\\[[^\\]]*\\])?);`);
    return canister.files.map((it) => pattern.exec(canister.textOf(it))?.[1]).find((it) => it !== undefined) ?? name;
  });
}

/** State is taken from where the crate's own code does not show it, such as functions that macros make. */
function reachesElsewhere(step: Step): boolean {
  if (step.kind === "stateRead" || step.kind === "stateWrite") return step.state.variable.origin === "assumed";
  return step.kind === "functionCall" && step.targets.length === 0 && /(^|::|_)state$/.test(step.path);
}

function isRestricted({ guards, function: { names } }: EntryPoint): boolean {
  if (guards.some((it) => restricting.test(it))) return true;
  return [...names].some((it) => /^(ensure|assert|require|check|verify|only)_/.test(it) && restricting.test(it));
}

const restricting = /controller|admin|governance|owner|operator|deployer/i;

/** One part of a state that is set anew stays one; what lies in stable memory is not saved. */
function isGrowth({ state, effect }: StateWrite): boolean {
  const field = firstField(state);
  if (state.variable.fields.some((it) => it.name === field && it.isStable)) return false;
  return !(["remove", "subtract", "add"].includes(effect) || (effect === "assign" && field !== ""));
}

const fixedSize =
  /^(?:[\s<>,()]|::|\[\s*[iu](?:8|16|32|64|128)\s*;\s*[\w:]+\s*\]|\b(?:std|core|cell|candid|RefCell|Cell|Option|Principal|bool|[iu](?:8|16|32|64|128|size)|f64)\b)+$/;

/**
 * State that `init` has set is taken out of its `Option`, `OnceCell` or lock: `s.borrow().as_ref().expect("…")`. What has
 * answered messages has it.
 */
const takesState =
  /\.\s*(as_ref|as_mut|as_deref|as_deref_mut|get|get_mut|take|lock|read|write|borrow|borrow_mut)\(\)\s*(\.\s*(clone|cloned|copied|to_owned)\(\)\s*)?\.\s*(unwrap|expect)\([^()]*\)$/;

/** The first of a collection, which there is where it is never empty: `admins.iter().next().expect("…")`. */
const takesFirst =
  /\.\s*(iter|keys|values)\(\)\s*\.\s*next\(\)\s*(\.\s*(clone|cloned|copied|to_owned)\(\)\s*)?\.\s*(unwrap|expect)\([^()]*\)$/;

/** The message of the `expect` or panic says so itself. */
const saysUnset = /"[^"]*\b(not|un|never|n't)\s*(been |yet )*(initiali[sz]ed|set)\b[^"]*"/i;
