/**
 * `npm run bench:diagnostics -- PATH… [--json FILE]`: checks each path cold, with every rule, and tells how much is
 * reported for 1,000 lines (by severity and by rule), what it cost, and which files are slowest to read. Several paths are
 * checked one after the other, each in a process of its own. Without a path: this project's samples.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../support/sourceFiles.ts";
import { addUp, figuresText } from "./diagnostics/figures.ts";
import { measureCheck } from "./diagnostics/measureCheck.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const targets = positionals.length > 0 ? positionals : [join(projectRoot, "media/samples")];
const checks = [];
for (const target of targets) checks.push(await measureCheck(target));
const figures = addUp(checks);
process.stdout.write(figuresText(figures));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
