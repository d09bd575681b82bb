import type { ModelFunction } from "../analysis/canisterModel.ts";
import { callsReached } from "./callsReached.ts";
import type { Rule } from "./rule.ts";

/** A certificate over what the heap has forgotten. */
export const certifiedDataNotRestored: Rule = {
  id: "certified-data-not-restored",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "The root of a hash tree in the heap is certified, and `#[post_upgrade]` does not certify anew.",
    why: "An upgrade empties the heap and the tree with it. The witnesses that queries make from then on do not fit what is certified: clients refuse the answers.",
    instead: "Build the tree again in `post_upgrade`, and set the certified data to its root.",
  },

  check(canister, report) {
    if (canister.hasError) return;
    const tree = canister.state.find(
      (it) =>
        !it.isStable &&
        (/\b(RbTree|HashTree|AssetHashes|HttpCertificationTree)\b/.test(it.type) ||
          it.fields.some((field) => /\b(RbTree|AssetHashes|HttpCertificationTree)\b/.test(field.type))),
    );
    const hooks = canister.entryPoints.filter((it) => it.kind === "postUpgrade");
    if (tree === undefined || hooks.length === 0) return;
    if (
      hooks.some(
        (it) =>
          it.function.summary.setsCertifiedData ||
          callsReached(it.function).some(({ call }) => /certif|tree|asset|root_hash/i.test(call.path)),
      )
    )
      return;
    if (!canister.functions.some((it) => certifiesMore(it))) return;
    const setter = canister.entryPoints.find(
      (it) => it.kind !== "postUpgrade" && it.function.summary.setsCertifiedData,
    );
    const [hook] = hooks;
    if (setter === undefined || hook === undefined) return;
    report({
      confidence: "medium",
      path: hook.path,
      range: hook.nameRange,
      message: `After an upgrade \`${tree.name}\` is empty, and what is certified is still its old root: clients refuse the witnesses. Build the tree again here, and certify its root.`,
      related: [
        { path: tree.path, range: tree.nameRange, message: "lost with each upgrade" },
        { path: setter.path, range: setter.nameRange, message: "certifies its root" },
      ],
    });
  },
};

/** Sets the certified data to something else than what is written down, which is the same after every upgrade. */
function certifiesMore({ calls }: ModelFunction): boolean {
  return calls.some((it) => {
    if (it.kind !== "functionCall" || it.cdk !== "certifiedData") return false;
    const given = (it.arguments[0]?.text ?? "").replace(/^&\s*/, "");
    return !/^(?:b?"|\[[\s\d;,_xu]*\]|(?:\w+::)*[A-Z][A-Z0-9_]*(?:\[\.\.\])?$|(?:\w+::)*skip_certification_certified_data\()/.test(
      given,
    );
  });
}
