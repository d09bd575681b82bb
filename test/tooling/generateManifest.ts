/**
 * Writes what the manifest and the README say of the rules from the one place that knows: the settings for the rules'
 * severities in package.json, and the rule table of the README. `--check` writes nothing and fails when either is stale.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rules } from "../../server/src/rules/registry.ts";
import type { Rule } from "../../server/src/rules/rule.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const groupTitle = "Rules";
const tableBegin = "<!-- rules: written by `npm run manifest` -->";
const tableEnd = "<!-- /rules -->";

interface SettingsGroup {
  readonly title: string;
  readonly order: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly contributes: { configuration: SettingsGroup[] };
}

/** The texts as they should be, by file. */
function expectedTexts(): ReadonlyMap<string, string> {
  const texts = new Map([["package.json", manifestText(readFileSync(`${root}/package.json`, "utf8"))]]);
  const readme = `${root}/README.md`;
  if (existsSync(readme)) texts.set("README.md", readmeText(readFileSync(readme, "utf8")));
  return texts;
}

function manifestText(text: string): string {
  const manifest: Manifest = JSON.parse(text);
  const others = manifest.contributes.configuration.filter((it) => it.title !== groupTitle);
  manifest.contributes.configuration = [...others, rulesGroup()];
  return formatted("package.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function rulesGroup(): SettingsGroup {
  const properties = sortedRules().map((rule) => [`canisterWorkbench.rules.${rule.id}`, ruleSetting(rule)] as const);
  return { title: groupTitle, order: 3, properties: Object.fromEntries(properties) };
}

/** `default` leaves a rule free to report some of its findings milder than others. */
function ruleSetting(rule: Rule) {
  return {
    type: "string",
    enum: ["default", "error", "warning", "information", "hint", "off"],
    default: "default",
    scope: "resource",
    markdownDescription: `${rule.docs.what} By default: ${rule.severity}.`,
  };
}

function readmeText(text: string): string {
  const begin = text.indexOf(tableBegin);
  const end = text.indexOf(tableEnd);
  if (begin === -1 || end === -1) return text;
  const rows = sortedRules().map(
    (rule) => `| [\`${rule.id}\`](media/rules/${rule.id}.md) | ${rule.severity} | ${rule.docs.what} |`,
  );
  const table = ["| Rule | Severity | Finds |", "|---|---|---|", ...rows].join("\n");
  return `${text.slice(0, begin + tableBegin.length)}\n${table}\n${text.slice(end)}`;
}

function sortedRules(): readonly Rule[] {
  return [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The formatter's own layout, so that generated text never fails the formatter's check. */
function formatted(name: string, text: string): string {
  return execFileSync(
    process.execPath,
    [`${root}/node_modules/@biomejs/biome/bin/biome`, "format", `--stdin-file-path=${name}`],
    {
      cwd: root,
      input: text,
      encoding: "utf8",
    },
  );
}

const stale = [...expectedTexts()].filter(([file, text]) => readFileSync(`${root}/${file}`, "utf8") !== text);
if (process.argv.includes("--check")) {
  for (const [file] of stale)
    process.stderr.write(`${file} does not say what the rules say: run \`npm run manifest\`\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) writeFileSync(`${root}/${file}`, text);
}
