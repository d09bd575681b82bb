import { isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** What was meant for tests is open to everybody. */
export const debugEndpointExported: Rule = {
  id: "debug-endpoint-exported",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "An endpoint is named like one for tests, and nothing keeps it out of production.",
    why: "Everybody may call it there, and what resets or shows all for a test does so for them, too.",
    instead: 'Compile it only for tests, `#[cfg(feature = "dev")]`, or guard it.',
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      const { method = "", guards, function: exported } = entry;
      if (
        !/^(test|debug|dev|hack|tmp|temp)_|^(reset|clear|wipe)(_(?!(my|own|mine)_)\w+)?$|_for_test(s|ing)?(_|$)/.test(
          method,
        )
      )
        continue;
      if (guards.length > 0 || exported.summary.asksForCaller || exported.attributes.some((it) => it.path === "cfg"))
        continue;
      const at = { start: entry.range.start, end: entry.range.start };
      const fix: QuickFix = {
        title: 'Compile it only with the feature "dev"',
        kind: "review",
        edits: [{ path: entry.path, range: at, newText: '#[cfg(feature = "dev")]\n' }],
      };
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message: `${entryName(entry)} is named like an endpoint for tests, and everybody may call it. Compile it only for tests, or guard it.`,
        fixes: [fix],
      });
    }
  },
};
