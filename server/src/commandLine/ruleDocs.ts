import type { RuleDocs } from "../base/documentedRule.ts";
import { candidRules } from "../candid/candidRules.ts";
import { manifestRules } from "../project/manifestRules.ts";
import { rules } from "../rules/registry.ts";

/** What a reader is told about a rule, whoever judges by it. */
export function ruleDocs(id: string): RuleDocs | undefined {
  return [...rules, ...manifestRules, ...candidRules].find((it) => it.id === id)?.docs;
}
