import type { CanisterModel, StateVariable } from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import type { RelatedRange, Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { definitionOf } from "./storedTypes.ts";
import { isOfSessions, isOnlyMeasured, type LostWrite, lostVariables, touches } from "./upgradeState.ts";

/** State that users have filled is empty after an upgrade. */
export const heapStateLostOnUpgrade: Rule = {
  id: "heap-state-lost-on-upgrade",
  severity: "warning",
  docs: {
    what: "A static on the heap is written by updates or timers, or set by `init` to what it is given, and no upgrade hook brings it back.",
    why: "An upgrade discards the heap. Only stable memory, and what `#[pre_upgrade]` writes there for `#[post_upgrade]` to read, is kept.",
    instead: "Keep the state in a stable structure (`StableBTreeMap`, `StableCell` …) of ic-stable-structures.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister)) return;
    for (const { variable, lost, isSaved } of lostVariables(canister)) {
      const isLittle =
        isOnlyMeasured(variable) ||
        isOfSessions(variable) ||
        isNumbering(canister, variable, lost) ||
        isBesideTime(canister, variable) ||
        isExpiring(canister, variable);
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
        ...(isLittle && { severity: "information" }),
        confidence: isLittle ? "medium" : "high",
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

/** What lasts a while only: a map that forgets, or codes, challenges and tokens that have a time of expiry. */
function isExpiring(canister: CanisterModel, { type }: StateVariable): boolean {
  if (/\b(?:Ttl|TTL|Expiring)\w*\s*</.test(type)) return true;
  const [held = ""] = /\w+(?=[\s>]*$)/.exec(type) ?? [];
  if (!/(?:Token|Challenge|Captcha|Nonce|Otp|OTP|Code|Session)$/.test(held)) return false;
  return /\b(?:expir\w*|valid_until|ttl)\s*:/.test(definitionOf(canister, held) ?? "");
}

/** A number that functions only put into an identifier together with the time: it may begin anew. */
function isBesideTime(canister: CanisterModel, variable: StateVariable): boolean {
  if (!/^(?:(?:\w+::)*(?:RefCell|Cell)<\s*)?[iu](?:8|16|32|64|128|size)\s*>?$/.test(variable.type.trim())) return false;
  const users = canister.functions.filter(
    (it) => touches(it, variable) && bodyText(canister, it).includes(variable.name),
  );
  return (
    users.length > 0 &&
    users.every((it) => {
      const body = bodyText(canister, it);
      return (
        /\btime\(\)|\bnow\w*\(\)|\btimestamp\w*/i.test(body) &&
        /\bhasher\b|\bSha\w+::|\bdigest\(|\bformat!|<<\s*\d/.test(body) &&
        !/\.\s*(?:insert|entry|push|set)\s*\(/.test(body) &&
        body.length < 1_500
      );
    })
  );
}

/**
 * A number that tells the requests of one run apart, or ids that begin with the time. Other counters give ids to
 * what is stored, and give them again after an upgrade.
 */
function isNumbering(
  canister: CanisterModel,
  { name, type }: StateVariable,
  { inFunction, write }: LostWrite,
): boolean {
  const isAtomic = /^(\w+::)*Atomic[UI]\w+$/.test(type.trim());
  if (!isAtomic && !/^(?:(?:\w+::)*(?:RefCell|Cell)<\s*)?[iu](?:32|64|128|size)\s*>?$/.test(type.trim())) return false;
  const { through } = write;
  const body =
    through === undefined
      ? bodyText(canister, inFunction)
      : canister.functions
          .filter((it) => it.name === through.name && it.path === through.path)
          .map((it) => bodyText(canister, it))
          .join("\n");
  // Hashed together with the time, or written behind it, a number may begin anew.
  if (body.includes(name) && /\btime\(\)/.test(body) && /\bhasher\b|\bSha\w+::|\bdigest\(/.test(body)) {
    // But what it numbers is stored under it.
    return !/\.\s*(?:insert|entry|push|set)\s*\(/.test(body);
  }
  return (
    isAtomic &&
    /fetch_add/.test(body) &&
    (/json_?rpc/i.test(body) ||
      (/\btime\(\)/.test(body) && /\bformat!\([^;]*(?:counter|fetch_add|time)/i.test(body) && body.length < 400))
  );
}
