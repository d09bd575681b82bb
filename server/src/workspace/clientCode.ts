import type { PlatformPath } from "node:path";
import { type FileView, skippedFolders } from "../project/fileView.ts";
import type { ClientCode, DeclarationImport } from "../rules/clientRules.ts";

/** What the code of projects uses of canisters, read once for each folder. */
export class ClientCodes {
  private readonly view: FileView;
  private readonly path: PlatformPath;
  private readonly forget: (path: string) => void;
  private readonly known = new Map<string, ClientCode>();

  /** `forget` is told of every file that was read, so that nobody keeps the texts of a whole project. */
  constructor(view: FileView, path: PlatformPath, forget: (path: string) => void = () => undefined) {
    this.view = view;
    this.path = path;
    this.forget = forget;
  }

  /** The code below a folder. */
  of(directory: string): ClientCode {
    const known = this.known.get(directory);
    if (known !== undefined) return known;
    const { view, path, forget } = this;
    const reading: Reading = {
      view,
      path,
      forget,
      used: new Set(),
      usedByScripts: new Set(),
      imports: [],
      declarations: new Map(),
      makes: false,
    };
    readFolder(directory, reading);
    const { used, usedByScripts, imports, declarations, makes } = reading;
    const found = { used, usedByScripts, imports, declarations, makesDeclarations: makes };
    this.known.set(directory, found);
    return found;
  }
}

interface Reading {
  readonly view: FileView;
  readonly path: PlatformPath;
  readonly forget: (path: string) => void;
  readonly used: Set<string>;
  readonly usedByScripts: Set<string>;
  readonly imports: DeclarationImport[];
  readonly declarations: Map<string, string>;
  makes: boolean;
}

const scripts = /\.([mc]?[jt]sx?|svelte|vue|astro)$/;
const codeExtensions =
  "js,jsx,mjs,mjsx,cjs,cjsx,ts,tsx,mts,cts,svelte,vue,astro,rs,mo,py,sh,bash,bats,go,java,kt,dart,swift,cs,php,rb,yaml,yml,just".split(
    ",",
  );
const codeNames = ["Makefile", "makefile", "justfile", "package.json"];
const code = new RegExp(`\\.(${codeExtensions.join("|")})$|(^|[\\\\/])(${codeNames.join("|")})$`);

/** The files that tell what uses canisters, as a glob pattern. */
export const clientCodePattern = `**/{*.{${codeExtensions.join(",")}},${codeNames.join(",")}}`;

/** Whether a file is one of them. */
export function isClientCode(path: string): boolean {
  return code.test(path);
}

const generated = /\.did\.([mc]?[jt]s|d\.ts)$|\.idl\.ts$|\.min\.js$/;
const generators = /\bdfx\s+(generate|build|deploy)\b|\bdidc\s+bind\b|\bbindgen\b|\bgenerate:?\w*\b.*\bdid\b/;

function readFolder(directory: string, reading: Reading): void {
  const { view, path } = reading;
  for (const { name, isDirectory } of view.list(directory)) {
    const file = path.join(directory, name);
    if (!isDirectory) readFile(file, name, reading);
    else if (/^(declarations|bindings|generated)$/.test(name)) readDeclarations(file, reading);
    else if (!skippedFolders.has(name) && (!name.startsWith(".") || name === ".github")) readFolder(file, reading);
  }
}

function readFile(file: string, name: string, reading: Reading): void {
  const isManifest = name === "package.json" || name === "dfx.json";
  if (generated.test(name) || (!isManifest && !code.test(file))) return;
  const text = reading.view.readText(file);
  if (!/\.(rs|json)$/.test(name)) reading.forget(file);
  if (text === undefined || /\bIDL\.Service\(/.test(text)) return;
  if (name === "dfx.json" || generators.test(text)) reading.makes = true;
  if (isManifest) return;
  noteNames(text, reading.used);
  if (!scripts.test(name)) return;
  noteNames(text, reading.usedByScripts);
  noteImports(text, file, reading);
}

/** Names wherever they stand, but for their own definition: `fn name`, `func name`, `#[update(name = "name")]`. */
function noteNames(text: string, used: Set<string>): void {
  for (const match of text.matchAll(/[A-Za-z_]\w*/g)) {
    const [word] = match;
    if (used.has(word)) continue;
    const before = text.slice(Math.max(0, match.index - 30), match.index);
    if (/(\b(fn|func)\s+|\bname\s*=\s*"|\bcanister_(update|query|composite_query)[ .])$/.test(before)) continue;
    used.add(word);
  }
}

function noteImports(text: string, file: string, { view, path, imports }: Reading): void {
  for (const match of text.matchAll(
    /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'])([^"'\n]*?\bdeclarations\/([\w-]+)[^"'\n]*)\1/g,
  )) {
    const [whole, , specifier = "", canister = ""] = match;
    const start = match.index + whole.lastIndexOf(specifier);
    const target = path.join(path.dirname(file), specifier);
    const exists =
      specifier.startsWith(".") && ["", ".ts", ".js", ".tsx"].some((extension) => view.exists(target + extension));
    imports.push({ canister, path: file, range: { start, end: start + specifier.length }, exists });
  }
}

/** A folder of generated code: a folder or a file for each canister. */
function readDeclarations(directory: string, { view, path, declarations }: Reading): void {
  for (const { name, isDirectory } of view.list(directory)) {
    const canister = isDirectory ? name : name.replace(/\..*$/, "");
    const files = isDirectory
      ? view.list(path.join(directory, name)).map((it) => path.join(directory, name, it.name))
      : [path.join(directory, name)];
    const texts = files.filter((it) => /\.did(\.\w+)*$/.test(it)).map((it) => view.readText(it) ?? "");
    declarations.set(canister, [declarations.get(canister) ?? "", ...texts].join("\n").trim());
  }
}
