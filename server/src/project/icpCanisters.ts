import type { ProjectCanister } from "../protocol/language.ts";
import {
  type CanisterPlace,
  type CanisterReading,
  type FoundPackage,
  findPackage,
  reportMissing,
  reportScripts,
  resolvePath,
  rustCanister,
} from "./canisterReading.ts";
import { readCargoInvocation } from "./cargoBuild.ts";
import { isGlob, matchFolders } from "./glob.ts";
import { type IcpCanister, type IcpInitArgument, type IcpRecipe, readCanisterYaml, readIcpYaml } from "./icpYaml.ts";
import type { Located } from "./manifestProblem.ts";
import { scriptedPackage } from "./scriptedPackage.ts";

interface Declared {
  readonly canister: IcpCanister;
  readonly place: CanisterPlace;
}

/** The canisters of an icp.yaml and of the canister.yaml files that it refers to. */
export function icpCanisters(reading: CanisterReading, manifestPath: string, source: string): ProjectCanister[] {
  const { path } = reading.surroundings;
  const projectDirectory = path.dirname(manifestPath);
  const { facts, problems } = readIcpYaml(source);
  for (const problem of problems) reading.report({ ...problem, path: manifestPath });
  const declared = facts.canisters.flatMap((item): Declared[] => {
    if (item.kind === "path") return readReferred(reading, projectDirectory, manifestPath, item.pattern);
    const place = { name: item.canister.name.value, projectDirectory, manifestPath, directory: projectDirectory };
    return [{ canister: item.canister, place }];
  });
  return withoutDuplicates(reading, declared).map(({ canister, place }) => ({
    ...toCanister(reading, canister, place),
    ...initArgument(reading, canister.initArgument, place),
  }));
}

function readReferred(
  reading: CanisterReading,
  projectDirectory: string,
  manifestPath: string,
  pattern: Located<string>,
): Declared[] {
  const { view, path } = reading.surroundings;
  const folders = matchFolders(view, path, projectDirectory, pattern.value);
  const manifests = folders.map((it) => path.join(it, "canister.yaml")).filter((it) => view.exists(it));
  if (manifests.length === 0) {
    const where = isGlob(pattern.value) ? "No folder that matches" : "The folder";
    reading.report({
      path: manifestPath,
      rule: "manifest-file-missing",
      severity: isGlob(pattern.value) ? "warning" : "error",
      range: pattern.range,
      message: `${where} \`${pattern.value}\` has no \`canister.yaml\`.`,
    });
  }
  return manifests.flatMap((manifest): Declared[] => {
    const { facts, problems } = readCanisterYaml(view.readText(manifest) ?? "");
    for (const problem of problems) reading.report({ ...problem, path: manifest });
    if (facts === undefined) return [];
    const directory = path.dirname(manifest);
    return [
      { canister: facts, place: { name: facts.name.value, projectDirectory, manifestPath: manifest, directory } },
    ];
  });
}

function withoutDuplicates(reading: CanisterReading, declared: readonly Declared[]): Declared[] {
  const first = new Map<string, Declared>();
  for (const it of declared) {
    const known = first.get(it.place.name);
    if (known === undefined) {
      first.set(it.place.name, it);
      continue;
    }
    reading.report({
      path: it.place.manifestPath,
      rule: "duplicate-canister-name",
      severity: "error",
      range: it.canister.name.range,
      message: `Two canisters of this project are called \`${it.place.name}\`.`,
      related: [{ path: known.place.manifestPath, range: known.canister.name.range, message: "the first one" }],
    });
  }
  return [...first.values()];
}

function toCanister(reading: CanisterReading, canister: IcpCanister, place: CanisterPlace): ProjectCanister {
  const { recipe } = canister;
  if (recipe !== undefined) return recipeCanister(reading, canister, recipe, place);
  const prebuilt = canister.steps.find((it) => it.kind === "pre-built");
  if (prebuilt?.kind === "pre-built") {
    if (prebuilt.path === undefined) return customCanister(reading, place, "Its Wasm is downloaded by `icp build`.");
    return prebuiltCanister(reading, place, prebuilt.path);
  }
  const commands = canister.steps.flatMap((it) => (it.kind === "script" ? it.commands : []));
  reportScripts(reading, place, commands);
  const invocation = readCargoInvocation(commands.map((it) => it.value));
  const found = invocation && findScriptPackage(reading, place, commands, invocation.packageName);
  if (invocation !== undefined && found !== undefined) return rustCanister(reading, place, found, invocation);
  const built = scriptedPackage(reading, place, { commands: commands.map((it) => it.value) });
  return customCanister(reading, place, "Its build steps are scripts that `icp build` runs.", built?.directory);
}

function recipeCanister(
  reading: CanisterReading,
  canister: IcpCanister,
  recipe: IcpRecipe,
  place: CanisterPlace,
): ProjectCanister {
  const configuration = recipe.configuration;
  if (recipe.name === "@dfinity/rust") {
    const packageName = configuration.get("package") ?? canister.name;
    const found = findPackage(reading, place, packageName);
    if (found !== undefined) return rustCanister(reading, place, found, { candid: configuration.get("candid") });
    return customCanister(reading, place, `Its Cargo package \`${packageName.value}\` was not found.`);
  }
  const path = configuration.get("path");
  if (recipe.name === "@dfinity/prebuilt" && path !== undefined) return prebuiltCanister(reading, place, path);
  if (recipe.name.startsWith("./") || recipe.name.startsWith("../"))
    reportMissing(reading, place, recipe.type, "The recipe");
  return customCanister(reading, place, `The recipe \`${recipe.type.value}\` is built by \`icp build\`.`);
}

function findScriptPackage(
  reading: CanisterReading,
  place: CanisterPlace,
  commands: readonly Located<string>[],
  packageName: string | undefined,
): FoundPackage | undefined {
  const command = commands.find((it) => it.value.includes("cargo"));
  if (packageName !== undefined && command !== undefined) {
    const inside = command.range.start + Math.max(0, command.value.indexOf(packageName));
    const range = command.value.includes("\n") ? command.range : { start: inside, end: inside + packageName.length };
    return findPackage(reading, place, { value: packageName, range });
  }
  const workspace = reading.workspaces.find(place.directory);
  const cargoPackage = workspace?.packages.find((it) => it.directory === place.directory);
  return workspace && cargoPackage && { workspace, cargoPackage };
}

function prebuiltCanister(reading: CanisterReading, place: CanisterPlace, path: Located<string>): ProjectCanister {
  reportMissing(reading, place, path, "The Wasm file");
  return { ...base(place), source: { kind: "prebuilt" }, wasmPath: resolvePath(reading, place, path.value) };
}

/** What `icp build` leaves behind can be installed, whoever made it. */
function customCanister(
  reading: CanisterReading,
  place: CanisterPlace,
  explanation: string,
  crateDirectory?: string,
): ProjectCanister {
  const artifacts = [place.projectDirectory, ".icp", "cache", "artifacts", place.name];
  return {
    ...base(place),
    source: { kind: "custom", explanation, ...(crateDirectory !== undefined && { crateDirectory }) },
    wasmPath: reading.surroundings.path.join(...artifacts),
  };
}

function base(place: CanisterPlace): Pick<ProjectCanister, "name" | "projectDirectory" | "manifestPath"> {
  return { name: place.name, projectDirectory: place.projectDirectory, manifestPath: place.manifestPath };
}

function initArgument(
  reading: CanisterReading,
  argument: IcpInitArgument | undefined,
  place: CanisterPlace,
): Pick<ProjectCanister, "initArgument"> {
  if (argument === undefined) return {};
  if (argument.kind === "file") {
    reportMissing(reading, place, argument.path, "The install argument");
    const text = reading.surroundings.view.readText(resolvePath(reading, place, argument.path.value));
    return argument.format === "candid" && text !== undefined ? { initArgument: text.trim() } : {};
  }
  return argument.format === "candid" ? { initArgument: argument.value.value } : {};
}
