import type { ModelFunction } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";

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
    const isMet = wanted.every((type, index) => isOptional(type) || type === given[index]);
    if (isMet) return;
    report({
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

function typesOf({ parameters }: ModelFunction): string[] {
  return parameters.map((it) => it.type.replace(/\s+/g, "").replace(/^(?:\w+::)+(?=\w+(<|$))/, ""));
}

/** What decodes from anything, or from nothing. */
function isOptional(type: string): boolean {
  return /^(Option<|\(\)$|Reserved$|IDLValue$|Null$)/.test(type);
}
