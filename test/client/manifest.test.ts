/** What package.json promises of the extension is there, and what the extension offers is in package.json. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../support/sourceFiles.ts";

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
    readonly languages: readonly { readonly configuration: string; readonly icon: Readonly<Record<string, string>> }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly svg: string }; readonly description: string }[];
    }[];
  };
}

const manifest: Manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
const { commands, menus, walkthroughs } = manifest.contributes;
const declared = commands.map((it) => it.command);
const registrations = readFileSync(join(projectRoot, "client/src/commands/registerCommands.ts"), "utf8");
const lensIds = readFileSync(join(projectRoot, "server/src/protocol/language.ts"), "utf8");

describe("commands", () => {
  test("every declared command has a handler, and every handler is declared", () => {
    const lenses = [...registrations.matchAll(/\[lensCommands\.(\w+)\]/g)].map(
      ([, name]) => new RegExp(`^ {2}${name}: "(.*)",$`, "m").exec(lensIds)?.[1],
    );
    const handled = [...registrations.matchAll(/^ {2}"(canisterWorkbench\.\w+)":/gm)].map(([, id]) => id);
    expect([...handled, ...lenses].sort()).toEqual([...declared].sort());
  });

  test("menus, welcome views and walkthroughs name only declared commands", () => {
    const named = [
      ...Object.values(menus).flatMap((items) => items.map((it) => it.command)),
      ...[...JSON.stringify(manifest).matchAll(/command:(canisterWorkbench\.\w+)/g)].map(([, id]) => id),
    ];
    expect(named.filter((it) => it === undefined || !declared.includes(it))).toEqual([]);
  });

  test("at most 25 are in the palette, all in the category ICP", () => {
    const hidden = menus.commandPalette!.filter((it) => it.when === "false").map((it) => it.command);
    expect(declared.filter((it) => !hidden.includes(it)).length).toBeLessThanOrEqual(25);
    expect(commands.filter((it) => it.category !== "ICP")).toEqual([]);
  });
});

describe("files", () => {
  test("everything that the manifest points to is there", () => {
    const { languages, grammars } = manifest.contributes;
    const paths = [
      manifest.icon,
      ...languages.flatMap((it) => [it.configuration, ...Object.values(it.icon)]),
      ...grammars.map((it) => it.path),
      ...walkthroughs.flatMap((it) => it.steps.map((step) => step.media.svg)),
    ];
    expect(paths.filter((it) => !existsSync(join(projectRoot, it)))).toEqual([]);
  });
});

test("every setting is in the section of the extension", () => {
  const names = manifest.contributes.configuration.flatMap((it) => Object.keys(it.properties));
  expect(names.filter((it) => !it.startsWith("canisterWorkbench."))).toEqual([]);
});
