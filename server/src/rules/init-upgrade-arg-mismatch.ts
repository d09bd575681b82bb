import type { CanisterModel, EntryPoint, ModelFunction } from "../analysis/canisterModel.ts";
import { isSubtype } from "../candid/subtype.ts";
import type { Rule } from "./rule.ts";
import { definitionOf } from "./storedTypes.ts";

/** What an upgrade must be given is not what the interface says. */
export const initUpgradeArgMismatch: Rule = {
  id: "init-upgrade-arg-mismatch",
  severity: "warning",
  docs: {
    what: "`#[post_upgrade]` demands an argument that `#[init]` does not take.",
    why: "An interface has one argument list for installs and upgrades, the one of `init`. Tools encode it for both: every upgrade with it traps in `post_upgrade`, which cannot decode it.",
    instead:
      "Let both take one `enum` with a case for each, or let `post_upgrade` take an `Option`, which an upgrade may leave out.",
  },

  check(canister, report) {
    const [init, ...otherInits] = canister.entryPoints.filter((it) => it.kind === "init");
    const [upgrade, ...others] = canister.entryPoints.filter((it) => it.kind === "postUpgrade");
    if (upgrade === undefined || otherInits.length > 0 || others.length > 0) return;
    if (/decode_with/.test(`${upgrade.attribute.arguments} ${init?.attribute.arguments ?? ""}`)) return;
    const wanted = typesOf(upgrade.function);
    const given = init === undefined ? [] : typesOf(init.function);
    const isMet = wanted.every(
      (type, index) => isOptional(type) || type === given[index] || isReadFrom(canister, upgrade, init, index),
    );
    if (isMet) return;
    const isUnknown = given.length > 0 && wanted.some((it) => isOfOtherCrate(canister, upgrade, it));
    report({
      ...(isUnknown && { severity: "information" }),
      confidence: "medium",
      path: upgrade.path,
      range: upgrade.nameRange,
      message:
        `An upgrade must be given \`${wanted.join(", ")}\`, but the interface declares what \`init\` takes, ` +
        `${given.length === 0 ? "nothing" : `\`${given.join(", ")}\``}: with that argument the upgrade traps. Let both take one \`enum\`, or \`post_upgrade\` an \`Option\`.`,
      related:
        init === undefined
          ? []
          : [{ path: init.path, range: init.nameRange, message: "the interface says what this takes" }],
    });
  },
};

/** Methods of a canister's own type are endpoints in some frameworks: `self` is no argument. */
function withoutReceiver(parameters: ModelFunction["parameters"]): ModelFunction["parameters"] {
  return parameters.filter((it) => it.name !== "self" && !/^&?\s*(?:mut\s+)?self$/i.test(it.type.trim()));
}

function typesOf({ parameters }: ModelFunction): string[] {
  return withoutReceiver(parameters).map((it) => it.type.replace(/\s+/g, "").replace(/^(?:\w+::)+(?=\w+(<|$))/, ""));
}

/** What `init` takes can be read as what the upgrade takes, a record with some of its fields for example. */
function isReadFrom(
  canister: CanisterModel,
  upgrade: EntryPoint,
  init: EntryPoint | undefined,
  index: number,
): boolean {
  const [wanted, given] = [upgrade, init].map((it) => withoutReceiver(it?.function.parameters ?? [])[index]?.type);
  if (init === undefined || wanted === undefined || given === undefined) return false;
  const wantedType = canister.candidType(wanted, upgrade.function);
  const givenType = canister.candidType(given, init.function);
  return wantedType !== undefined && givenType !== undefined && isSubtype(givenType, wantedType) === undefined;
}

/** A type that another crate declares: it may well be read from what `init` takes. */
function isOfOtherCrate(canister: CanisterModel, { path }: EntryPoint, type: string): boolean {
  const name = /^[A-Z]\w*/.exec(type)?.[0];
  if (name === undefined || definitionOf(canister, name) !== undefined) return false;
  return new RegExp(`\\buse\\s+(?!crate\\b|super\\b|self\\b)[^;]*\\b${name}\\b`).test(canister.textOf(path));
}

/** What decodes from anything, or from nothing. */
function isOptional(type: string): boolean {
  return /^(Option<|\(\)$|Reserved$|IDLValue$|Null$)/.test(type);
}
