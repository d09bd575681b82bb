/**
 * Writes what the manifest and the README say of the rules from the one place that knows: the settings for the rules'
 * severities in package.json, and the rule table of the README. `--check` writes nothing and fails when either is stale.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { candidRules } from "../../server/src/candid/candidRules.ts";
import { manifestRules } from "../../server/src/project/manifestRules.ts";
import { rules } from "../../server/src/rules/registry.ts";
import type { Rule } from "../../server/src/rules/rule.ts";
import { suppressionRules } from "../../server/src/rules/suppressions.ts";
import { workspaceRules } from "../../server/src/rules/workspaceRules.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const groupTitle = "Rules";

/** Parts of the README that are written from the rules and the manifest, each between two marks. */
const readmeParts: readonly { readonly name: string; readonly text: (manifest: Manifest) => string }[] = [
  { name: "rules", text: rulesTable },
  { name: "settings", text: settingsTable },
];

type DocumentedRule = Pick<Rule, "id" | "severity" | "isOptIn" | "docs">;

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
}

interface SettingsGroup {
  readonly title: string;
  readonly order: number;
  readonly properties: Readonly<Record<string, Setting>>;
}

interface Manifest {
  readonly contributes: { configuration: SettingsGroup[] };
}

/** The texts as they should be, by file. */
function expectedTexts(): ReadonlyMap<string, string> {
  const manifest: Manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
  const others = manifest.contributes.configuration.filter((it) => it.title !== groupTitle);
  manifest.contributes.configuration = [...others, rulesGroup()];
  const texts = new Map([["package.json", formatted("package.json", `${JSON.stringify(manifest, undefined, 2)}\n`)]]);
  if (existsSync(`${root}/README.md`)) {
    texts.set("README.md", readmeText(readFileSync(`${root}/README.md`, "utf8"), manifest));
  }
  return texts;
}

function rulesGroup(): SettingsGroup {
  const properties = sortedRules().map((rule) => [`canisterWorkbench.rules.${rule.id}`, ruleSetting(rule)] as const);
  return { title: groupTitle, order: 3, properties: Object.fromEntries(properties) };
}

/** `default` and `on` leave a rule free to report some of its findings milder than others. */
function ruleSetting(rule: DocumentedRule) {
  const severities = ["error", "warning", "information", "hint", "off"];
  return {
    type: "string",
    enum: rule.isOptIn ? ["default", "on", ...severities] : ["default", ...severities],
    default: "default",
    scope: "resource",
    markdownDescription: `${rule.docs.what} By default: ${rule.isOptIn ? `off (${rule.severity} when on)` : rule.severity}.`,
  };
}

function readmeText(readme: string, manifest: Manifest): string {
  let text = readme;
  for (const part of readmeParts) {
    const opening = `<!-- ${part.name}: written by \`npm run manifest\` -->`;
    const begin = text.indexOf(opening) + opening.length;
    const end = text.indexOf(`<!-- /${part.name} -->`);
    if (begin < opening.length || end === -1) continue;
    text = `${text.slice(0, begin)}\n${part.text(manifest)}\n${text.slice(end)}`;
  }
  return text;
}

function rulesTable(): string {
  const rows = sortedRules().map(
    (rule) =>
      `| [\`${rule.id}\`](media/rules/${rule.id}.md) | ${rule.severity}${rule.isOptIn ? " (opt-in)" : ""} | ${rule.docs.what} |`,
  );
  return ["| Rule | Severity | Finds |", "|---|---|---|", ...rows].join("\n");
}

function settingsTable({ contributes }: Manifest): string {
  const rows = contributes.configuration
    .filter((group) => group.title !== groupTitle)
    .flatMap((group) => Object.entries(group.properties))
    .map(([name, it]) => `| \`${name}\` | \`${JSON.stringify(it.default)}\` | ${it.markdownDescription} |`);
  const ofRules =
    '| `canisterWorkbench.rules.<rule>` | `"default"` | Severity of a rule: `error`, `warning`, `information`, `hint`, `off`, `on` (opt-in rules), or `default`. |';
  return ["| Setting | Default | What it does |", "|---|---|---|", ...rows, ofRules].join("\n");
}

function sortedRules(): readonly DocumentedRule[] {
  const all: DocumentedRule[] = [...rules, ...workspaceRules, ...manifestRules, ...candidRules, ...suppressionRules];
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
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
