import { type CanisterPlace, type CanisterReading, nearWorkspaces } from "./canisterReading.ts";
import type { CargoPackage } from "./cargoWorkspace.ts";
import { dependsOnCdk } from "./cdkPackages.ts";

/** What a manifest tells of a canister that steps of its own build. */
export interface ScriptedBuild {
  /** The package that the manifest names, where it does. */
  readonly packageName?: string | undefined;
  /** Commands of the build. */
  readonly commands: readonly string[];
  /** The Wasm file that they leave behind, as the manifest spells it. */
  readonly wasm?: string | undefined;
}

/**
 * The package that scripts compile a canister from, as far as the manifest, the scripts and names tell; only packages
 * that depend on ic-cdk and compile to a Wasm file. Undefined where several may be meant.
 */
export function scriptedPackage(
  reading: CanisterReading,
  place: CanisterPlace,
  build: ScriptedBuild,
): CargoPackage | undefined {
  const isBuiltHere = build.commands.length > 0 || /(^|\/)target\//.test(build.wasm ?? "");
  if (!isBuiltHere && build.packageName === undefined) return undefined;
  // Of several binaries, each is a canister of its own.
  const packages = nearWorkspaces(reading, place)
    .flatMap((it) => it.packages)
    .filter((it) => it.wasmName !== undefined && it.binaryFiles.length < 2 && dependsOnCdk(it));
  const named = (name: string | undefined) => (name === undefined ? [] : packagesCalled(packages, name));
  const compiled = [...new Set(compiledPackages(reading, place, build.commands).flatMap(named))];
  if (compiled.length === 1) return compiled[0];
  const words = build.commands.flatMap((it) => it.split(/\s+/).slice(1));
  const candidates = [build.packageName, wasmPackage(build.wasm), ...words, isBuiltHere ? place.name : undefined];
  for (const name of candidates) {
    const [only, ...others] = named(name);
    if (only !== undefined && others.length === 0) return only;
  }
  return undefined;
}

/** Packages of a name, else those whose Wasm is called so, else those that add to it what they are. */
function packagesCalled(packages: readonly CargoPackage[], name: string): readonly CargoPackage[] {
  const plain = plainName(name);
  const found = [
    packages.filter((it) => plainName(it.name) === plain),
    packages.filter((it) => plainName(it.wasmName ?? "") === plain),
    packages.filter((it) => /^_(canister|canister_impl|impl)$/.test(after(plainName(it.name), plain))),
  ];
  return found.find((it) => it.length > 0) ?? [];
}

function after(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : "";
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/** `target/…/release/shop_opt.wasm.gz` is made of `shop`. */
function wasmPackage(wasm: string | undefined): string | undefined {
  const file = wasm?.split("/").at(-1);
  return file?.replace(/\.gz$/, "").replace(/([-_.](opt|optimi[sz]ed|shrinked|small|candid|release))*\.wasm$/, "");
}

/** Names behind `-p`, `--package` and `--bin` of every `cargo build`, in the commands and in the scripts that they start. */
function compiledPackages(reading: CanisterReading, place: CanisterPlace, commands: readonly string[]): string[] {
  const { view, path } = reading.surroundings;
  return commands.flatMap((command) => {
    const words = command.split(/\s+/).map((it) => it.replace(/^(["'])(.*)\1$/, "$2"));
    const script = words.findIndex((it) => /^[\w./-]+$/.test(it) && (it.includes("/") || it.endsWith(".sh")));
    const file = words[script];
    const text = file === undefined ? undefined : view.readText(path.resolve(place.directory, ...file.split("/")));
    return [
      ...packageArguments(command),
      ...(text === undefined ? [] : packageArguments(withValues(text, words.slice(script + 1)))),
    ];
  });
}

function packageArguments(text: string): string[] {
  const lines = text.replaceAll(/\\\r?\n/g, " ").split(/\r?\n|&&|;/);
  const builds = lines.filter((it) => !/^\s*#/.test(it) && /\bcargo\b.*\bbuild\b/.test(it));
  return builds.flatMap((it) =>
    [...it.matchAll(/\s(?:-p|--package|--bin)[= ]+["']?([\w-]+)/g)].map((name) => name[1] ?? ""),
  );
}

/** A shell script with its arguments, and variables that one line sets, in the places where they are used. */
function withValues(script: string, args: readonly string[]): string {
  const values = new Map(args.map((it, index) => [String(index + 1), it]));
  const lines = script.split(/\r?\n/).map((line) => {
    const filled = line.replaceAll(/\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g, (whole, plain, braced, otherwise) => {
      return values.get(plain ?? braced) ?? otherwise ?? whole;
    });
    const [, name, value] =
      /^\s*(?:export\s+|local\s+|readonly\s+)?(\w+)=["']?([\w./-]*)["']?\s*(?:#.*)?$/.exec(filled) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
    return filled;
  });
  return lines.join("\n");
}
