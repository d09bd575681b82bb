import type { DocumentedRule } from "../base/documentedRule.ts";
import { candidRules } from "../candid/candidRules.ts";
import { manifestRules } from "../project/manifestRules.ts";
import { rules } from "../rules/registry.ts";
import { suppressionRules } from "../rules/suppressions.ts";
import { workspaceRules } from "../rules/workspaceRules.ts";

/** What a reader is told about a rule, whoever judges by it. */
export function documentedRule(id: string): DocumentedRule | undefined {
  const all: readonly DocumentedRule[] = [
    ...rules,
    ...workspaceRules,
    ...manifestRules,
    ...candidRules,
    ...suppressionRules,
  ];
  return all.find((it) => it.id === id);
}
