import type { BuildCommand } from "../protocol/language.ts";
import type { CargoPackage, CargoWorkspace, ProjectSurroundings } from "./cargoWorkspace.ts";

/** The platform that canisters are compiled for. */
const wasmTarget = "wasm32-unknown-unknown";

/** What a manifest's own script says about its cargo build. */
export interface CargoInvocation {
  /** Absent where the script builds the package of its folder. */
  readonly packageName?: string;
  /** Arguments that choose features, in the script's order. */
  readonly featureArguments: readonly string[];
}

/** The process that compiles a package to the Wasm of a canister; absent where it compiles to no Wasm. */
export function cargoBuild(
  surroundings: ProjectSurroundings,
  workspace: CargoWorkspace,
  cargoPackage: CargoPackage,
  featureArguments: readonly string[] = [],
): BuildCommand | undefined {
  if (cargoPackage.wasmName === undefined) return undefined;
  const { path } = surroundings;
  return {
    program: "cargo",
    args: [
      "build",
      "--release",
      "--target",
      wasmTarget,
      "-p",
      cargoPackage.name,
      ...featureArguments,
      ...(workspace.hasLockFile ? ["--locked"] : []),
    ],
    workingDirectory: workspace.directory,
    environment: {},
    wasmPath: path.join(workspace.targetDirectory, wasmTarget, "release", `${cargoPackage.wasmName}.wasm`),
  };
}

/**
 * Reads a build script as far as it is a plain cargo build for wasm32-unknown-unknown: one `cargo build`, whatever is
 * done to its result afterwards. Anything else is left to the manifest's own tool.
 */
export function readCargoInvocation(commands: readonly string[]): CargoInvocation | undefined {
  const lines = commands.flatMap((it) => it.replaceAll(/\\\r?\n/g, " ").split(/\r?\n|&&|;/));
  const builds = lines.map((it) => it.trim()).filter((it) => /^(\w+=\S*\s+)*cargo\s+(\+\S+\s+)?build\b/.test(it));
  const [build] = builds;
  if (build === undefined || builds.length > 1) return undefined;
  const words = build.split(/\s+/).map((it) => it.replace(/^(["'])(.*)\1$/, "$2"));
  if (argument(words, ["--target"]) !== wasmTarget || words.some((it) => it.startsWith("--manifest-path")))
    return undefined;
  const packageName = argument(words, ["-p", "--package"]);
  if (packageName?.includes("$") || packageName?.includes("{")) return undefined;
  const features = argument(words, ["-F", "--features"]);
  return {
    featureArguments: [
      ...words.filter((it) => it === "--no-default-features" || it === "--all-features"),
      ...(features === undefined ? [] : ["--features", features]),
    ],
    ...(packageName !== undefined && { packageName }),
  };
}

function argument(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1];
    const inline = names.find((name) => name.startsWith("--") && word.startsWith(`${name}=`));
    if (inline !== undefined) return word.slice(inline.length + 1);
  }
  return undefined;
}
