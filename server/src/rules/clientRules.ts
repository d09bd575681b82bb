import type { TextRange } from "../base/textRange.ts";
import { nearestName } from "../candid/nearestName.ts";
import { type KnownCanister, methodDeclaration, type Report, type WorkspaceRule } from "./workspaceRule.ts";

/** Code of a project that calls canisters: frontends, tests, scripts, other canisters. */
export interface ClientCode {
  /** Every name that some code uses, their own definitions and generated bindings left out. */
  readonly used: ReadonlySet<string>;
  /** Those that frontends and scripts in JavaScript or TypeScript use. */
  readonly usedByScripts: ReadonlySet<string>;
  /** Imports of generated declarations. */
  readonly imports: readonly DeclarationImport[];
  /** Texts of generated declarations, by the canister's name; empty where only their folder is there. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Something of the project makes declarations: a script, a bundler's plugin, a `dfx.json`. */
  readonly makesDeclarations: boolean;
}

/** `import { backend } from "../declarations/backend"`. */
export interface DeclarationImport {
  readonly canister: string;
  readonly path: string;
  readonly range: TextRange;
  /** The file that it names lies there. */
  readonly exists: boolean;
}

/** What a frontend imports is not there, or not up to date. */
export const declarationsMissing: WorkspaceRule = {
  id: "declarations-missing",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "JavaScript or TypeScript imports the declarations of a canister that nothing generates, or that lack a method of its `.did` file.",
    why: "The frontend does not build, or its actor does not have the method: the call throws `is not a function` in the browser.",
    instead:
      "Correct the name, generate the declarations again (`dfx generate`, or the bindings' generator of your build), and make that a step of the build.",
  },
};

/** Nobody here calls it. */
export const unusedEndpointInDid: WorkspaceRule = {
  id: "unused-endpoint-in-did",
  severity: "hint",
  isOptIn: true,
  docs: {
    what: "A method of a `.did` file is used by no code, test or frontend of the project, although the project's frontend uses most of the others.",
    why: "What nobody calls is still open to everybody: it can be attacked, and it has to be kept through every upgrade.",
    instead: "Remove it, or leave it where clients outside of this project call it.",
  },
};

/** Rules that read the code of a whole project. */
export const clientRules: readonly WorkspaceRule[] = [declarationsMissing, unusedEndpointInDid];

/** Methods for standards, gateways, wallets, tools and operators, which nobody in a project has to call. */
const forOthers =
  /^(icrc_?\d+_\w*|http_request\w*|__\w*|wallet_\w+|canister_\w+|transform\w*|\w*_transform|get_?canister_?status|get_?cycles\w*|cycles\w*|metrics|(\w+_)?version|get_?version|get_blocks|get_transactions|archives|git_commit_hash|validate\d*_\w+|(pre|post)_upgrade|init)$/i;

/** Methods of an interface that callers of the project could name. */
function askedMethods({ candid }: KnownCanister): string[] {
  return (candid?.interface.service.methods ?? []).map((it) => it.name).filter((it) => !forOthers.test(it));
}

/** Tells of the methods that nothing uses, where the project's code uses most of the interface. */
export function checkUsage(canister: KnownCanister, code: ClientCode, report: Report): void {
  const methods = askedMethods(canister);
  const unused = methods.filter((it) => !code.used.has(it));
  const byScripts = methods.filter((it) => code.usedByScripts.has(it));
  // An interface that hardly any frontend here calls has its clients elsewhere.
  if (canister.candid === undefined || methods.length < 4) return;
  if (unused.length * 4 > methods.length || byScripts.length * 2 < methods.length) return;
  for (const method of unused) {
    const range = methodDeclaration(canister.candid, method)?.name.range;
    if (range === undefined) continue;
    report(unusedEndpointInDid, {
      confidence: "low",
      path: canister.candid.path,
      range,
      message: `No code, test or frontend of this project uses \`${method}\` of \`${canister.name}\`, and everybody can call it. Remove it, unless others need it.`,
      tags: ["unnecessary"],
    });
  }
}

/** Tells of imported declarations that a canister of the project should have, and does not. */
export function checkDeclarations(canister: KnownCanister, code: ClientCode, place: TextRange, report: Report): void {
  const imported = code.imports.find((it) => it.canister === canister.name);
  const { candid } = canister;
  if (imported === undefined || candid === undefined) return;
  const related = [{ path: imported.path, range: imported.range, message: "imported here" }];
  const declarations = code.declarations.get(canister.name);
  if (declarations === undefined) {
    if (imported.exists || code.makesDeclarations) return;
    report(declarationsMissing, {
      confidence: "medium",
      path: canister.manifestPath,
      range: place,
      message: `Code imports the declarations of \`${canister.name}\`, which are not there, and nothing in the project generates them. Generate them in a step of the build.`,
      related,
    });
    return;
  }
  if (declarations === "") return;
  for (const { name } of candid.interface.service.methods) {
    const range = methodDeclaration(candid, name)?.name.range;
    if (range === undefined || hasWord(declarations, name)) continue;
    report(declarationsMissing, {
      confidence: "medium",
      path: candid.path,
      range,
      message: `The declarations of \`${canister.name}\` that code imports are older than this file: they have no \`${name}\`. Generate them again.`,
      related,
    });
  }
}

/** Tells of imported declarations of canisters that the project does not have. */
export function checkUnknownDeclarations(
  canisters: readonly KnownCanister[],
  code: ClientCode,
  place: { readonly path: string; readonly range: TextRange },
  report: Report,
): void {
  const names = canisters.map((it) => it.name);
  const told = new Set<string>();
  for (const { canister, path, range, exists } of code.imports) {
    if (exists || names.includes(canister) || code.declarations.has(canister) || told.has(canister)) continue;
    told.add(canister);
    const nearest = nearestName(canister, names);
    report(declarationsMissing, {
      confidence: "medium",
      ...place,
      message: `Code imports the declarations of \`${canister}\`, and the project has no canister of this name.${nearest === undefined ? "" : ` Is \`${nearest}\` meant?`}`,
      related: [{ path, range, message: "imported here" }],
    });
  }
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[at + word.length] ?? "")) return true;
  }
  return false;
}
