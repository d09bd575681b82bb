import type { ProjectCanister } from "../protocol/language.ts";
import {
  type CanisterPlace,
  type CanisterReading,
  findPackage,
  reportMissing,
  reportScripts,
  resolvePath,
  rustCanister,
} from "./canisterReading.ts";
import { readCargoInvocation } from "./cargoBuild.ts";
import { type DfxCanister, readDfxJson } from "./dfxJson.ts";
import { scriptedPackage } from "./scriptedPackage.ts";

/** The canisters of a dfx.json. */
export function dfxCanisters(reading: CanisterReading, manifestPath: string, source: string): ProjectCanister[] {
  const projectDirectory = reading.surroundings.path.dirname(manifestPath);
  const { facts, problems } = readDfxJson(source);
  for (const problem of problems) reading.report({ ...problem, path: manifestPath });
  const first = new Map<string, DfxCanister>();
  for (const canister of facts.canisters) {
    const known = first.get(canister.name.value);
    if (known === undefined) {
      first.set(canister.name.value, canister);
      continue;
    }
    reading.report({
      path: manifestPath,
      rule: "duplicate-canister-name",
      severity: "error",
      range: canister.name.range,
      message: `Two canisters of this dfx.json are called \`${canister.name.value}\`.`,
      related: [{ range: known.name.range, message: "the first one" }],
    });
  }
  return [...first.values()].map((canister) => {
    const place = { name: canister.name.value, projectDirectory, manifestPath, directory: projectDirectory };
    return { ...toCanister(reading, canister, place), ...initArgument(reading, canister, place) };
  });
}

function toCanister(reading: CanisterReading, canister: DfxCanister, place: CanisterPlace): ProjectCanister {
  switch (canister.type) {
    case "rust": {
      const found = canister.package && findPackage(reading, place, canister.package);
      if (found !== undefined) return rustCanister(reading, place, found, { candid: canister.candid });
      return explained(reading, canister, place, "Its Cargo package was not found.");
    }
    case "custom":
      return customCanister(reading, canister, place);
    case "assets":
      return explained(reading, canister, place, "An assets canister is built and filled by dfx.");
    case "pull":
      return explained(reading, canister, place, "`dfx deps pull` downloads this canister.");
    case "motoko":
      return explained(reading, canister, place, "A Motoko canister is built by dfx.");
  }
}

/** A custom canister is a cargo build that dfx only calls, or a Wasm file that lies there, or really custom. */
function customCanister(reading: CanisterReading, canister: DfxCanister, place: CanisterPlace): ProjectCanister {
  reportScripts(reading, place, canister.build);
  const invocation = readCargoInvocation(canister.build.map((it) => it.value));
  const command = canister.build.find((it) => it.value.includes("cargo"));
  if (invocation?.packageName !== undefined && command !== undefined) {
    const found = findPackage(reading, place, { value: invocation.packageName, range: command.range });
    if (found !== undefined) return rustCanister(reading, place, found, { ...invocation, candid: canister.candid });
  }
  const { directory: crateDirectory } =
    scriptedPackage(reading, place, {
      packageName: canister.package?.value,
      commands: canister.build.map((it) => it.value),
      wasm: canister.wasm?.value,
    }) ?? {};
  const crate = crateDirectory === undefined ? {} : { crateDirectory };
  if (canister.build.length > 0) {
    const explanation = "Its build steps are run by dfx.";
    return { ...common(reading, canister, place), source: { kind: "custom", explanation, ...crate } };
  }
  if (canister.wasm === undefined || /^https?:/.test(canister.wasm.value)) {
    return explained(reading, canister, place, "Its Wasm is downloaded by dfx.");
  }
  reportMissing(reading, place, canister.wasm, "The Wasm file");
  return { ...common(reading, canister, place), source: { kind: "prebuilt", ...crate } };
}

function explained(
  reading: CanisterReading,
  canister: DfxCanister,
  place: CanisterPlace,
  explanation: string,
): ProjectCanister {
  return { ...common(reading, canister, place), source: { kind: "custom", explanation } };
}

function common(
  reading: CanisterReading,
  canister: DfxCanister,
  place: CanisterPlace,
): Omit<ProjectCanister, "source"> {
  const isFile = (value: string | undefined) => value !== undefined && !/^https?:/.test(value);
  return {
    name: place.name,
    projectDirectory: place.projectDirectory,
    manifestPath: place.manifestPath,
    ...(canister.wasm && isFile(canister.wasm.value) && { wasmPath: resolvePath(reading, place, canister.wasm.value) }),
    ...(canister.candid &&
      isFile(canister.candid.value) && { candidPath: resolvePath(reading, place, canister.candid.value) }),
  };
}

function initArgument(
  reading: CanisterReading,
  canister: DfxCanister,
  place: CanisterPlace,
): Pick<ProjectCanister, "initArgument"> {
  if (canister.initArgument !== undefined) return { initArgument: canister.initArgument.value };
  if (canister.initArgumentFile === undefined) return {};
  // A build may write the file.
  if (canister.build.length === 0) reportMissing(reading, place, canister.initArgumentFile, "The install argument");
  const text = reading.surroundings.view.readText(resolvePath(reading, place, canister.initArgumentFile.value));
  return text === undefined ? {} : { initArgument: text.trim() };
}
