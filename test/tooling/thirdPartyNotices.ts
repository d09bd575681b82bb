/** The licences of every package that the bundles contain, read from what esbuild says it put in. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Metafile } from "esbuild";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/**
 * Text of THIRD-PARTY-NOTICES.txt for the bundles that `metafiles` describe.
 * @throws when a bundled package has no licence text: it must not be shipped then.
 */
export function thirdPartyNotices(root: string, metafiles: readonly Metafile[], also: readonly string[]): string {
  const directories = new Set(also.map((name) => join(root, "node_modules", name)));
  for (const input of metafiles.flatMap((it) => Object.keys(it.inputs))) {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    if (match !== null) directories.add(join(root, match[0]));
  }
  const packages = [...directories].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = packages.map(
    ({ name, version, license, text }) => `${"=".repeat(100)}\n${name} ${version} (${license})\n\n${text.trim()}\n`,
  );
  return `Canister Workbench contains the following packages, each under its own licence.\n\n${parts.join("\n")}`;
}

function readPackage(directory: string): Package {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  const { name, version, license = "see below" } = manifest;
  return { name, version, license, text: licenceText(directory, name, license) };
}

/** Some packages of one repository carry the licence only in a sibling; Apache-2.0 is ours, and in the package already. */
function licenceText(directory: string, name: string, license: string): string {
  const files = readdirSync(directory).filter((it) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(it));
  if (files.length > 0) return files.map((it) => readFileSync(join(directory, it), "utf8")).join("\n\n");
  if (license === "Apache-2.0")
    return "Under the Apache License 2.0; its text is in the file LICENSE of this extension.";
  const readme = ["README.md", "readme.md", "Readme.md"].map((it) => join(directory, it)).find((it) => existsSync(it));
  const section = readme === undefined ? undefined : /#+ licen[cs]e[\s\S]*/i.exec(readFileSync(readme, "utf8"))?.[0];
  if (section !== undefined) return section;
  const sibling = readdirSync(dirname(directory)).find((it) => existsSync(join(dirname(directory), it, "LICENSE")));
  if (name.startsWith("@") && sibling !== undefined) {
    return readFileSync(join(dirname(directory), sibling, "LICENSE"), "utf8");
  }
  throw new Error(`${name} (${license}) carries no licence text`);
}
