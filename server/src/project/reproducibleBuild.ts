/** What makes a build of a canister reproducible, small and explainable. */
import { isConverted, wasiMessage } from "./buildScripts.ts";
import type { CargoWorkspace, ProjectSurroundings } from "./cargoWorkspace.ts";
import type { FileProblem } from "./manifestProblem.ts";
import { placeOf, tomlPlaces } from "./tomlPlaces.ts";

/** Remarks on a workspace that canisters are built in. */
export function buildProblems(surroundings: ProjectSurroundings, workspace: CargoWorkspace): FileProblem[] {
  return [
    ...gitProblems(workspace),
    ...missingFiles(surroundings, workspace),
    ...profileProblems(workspace),
    ...overflowProblems(workspace),
    ...targetProblems(surroundings, workspace),
  ];
}

function gitProblems({ declared, hasLockFile }: CargoWorkspace): FileProblem[] {
  const unpinned = declared.filter(
    ({ dependency: { git, fromWorkspace } }) => git?.isPinned === false && !fromWorkspace,
  );
  // One repository is pinned in one go.
  const byRepository = Map.groupBy(unpinned, (it) => `${it.manifestPath} ${it.dependency.git?.url}`);
  return [...byRepository.values()].flatMap(([first, ...others]): FileProblem[] => {
    const { git, name, range } = first?.dependency ?? {};
    if (first === undefined || git === undefined || range === undefined) return [];
    const { manifestPath } = first;
    const until = hasLockFile
      ? "The next `cargo update` may take other code, unseen in this file"
      : "The next build may take other code, and nobody can build the same Wasm again";
    return [
      {
        path: manifestPath,
        rule: "unpinned-git-dependency",
        severity: "information",
        range,
        message: `\`${name}\` comes from a branch of ${git.url}. ${until}. Name the commit: \`rev = "…"\`.`,
        related: others.map((it) => ({ range: it.dependency.range, message: "from the same repository" })),
      },
    ];
  });
}

function missingFiles({ view, path }: ProjectSurroundings, workspace: CargoWorkspace): FileProblem[] {
  const { manifestPath, headRange: range, hasLockFile, directory } = workspace;
  const common = { path: manifestPath, severity: "hint" as const, range };
  const problems: FileProblem[] = [];
  if (!hasLockFile) {
    const message =
      "There is no `Cargo.lock`: every build may take other versions of the dependencies, so nobody can verify the Wasm. Run a build and commit the file.";
    problems.push({ ...common, rule: "lockfile-missing", message });
  }
  const names = ["rust-toolchain.toml", "rust-toolchain"];
  if (!above(path, directory, view).some((folder) => names.some((it) => view.exists(path.join(folder, it))))) {
    const message =
      "There is no `rust-toolchain.toml`: the compiler is whichever is installed, so nobody can build the same Wasm again. Name its version and the target `wasm32-unknown-unknown` there.";
    problems.push({ ...common, rule: "toolchain-missing", message });
  }
  return problems;
}

/** The folder and those above it, up to the repository's. */
function above(path: ProjectSurroundings["path"], directory: string, view: ProjectSurroundings["view"]): string[] {
  const folders = [directory];
  for (let at = directory; path.dirname(at) !== at && !view.exists(path.join(at, ".git")); at = path.dirname(at)) {
    folders.push(path.dirname(at));
  }
  return folders;
}

function profileProblems({ manifestPath, headRange, releaseProfile }: CargoWorkspace): FileProblem[] {
  const { range, settings } = releaseProfile;
  const common = { path: manifestPath, rule: "release-profile" as const, severity: "hint" as const };
  const problems: FileProblem[] = [];
  if (!settings.has("opt-level") && !settings.has("lto")) {
    const message =
      'The release profile sets neither `lto` nor `opt-level`: the Wasm is larger and costs more instructions than it has to. Set `lto = true`, and `opt-level = 3` for speed or `"z"` for size.';
    problems.push({ ...common, range: range ?? headRange, message });
  }
  const debug = settings.get("debug");
  if (debug !== undefined && (debug.value === true || debug.value === 2 || debug.value === "full")) {
    const message =
      "`debug` adds debug information to the release build: the Wasm grows by several times, and over 10 MiB of code it cannot be installed.";
    problems.push({ ...common, range: debug.range, message });
  }
  const strip = settings.get("strip");
  if (strip !== undefined && (strip.value === true || strip.value === "symbols")) {
    const message =
      '`strip` removes the names of functions, so that the backtrace of a trap has none. `strip = "debuginfo"` keeps them.';
    problems.push({ ...common, range: strip.range, message });
  }
  return problems;
}

function overflowProblems({ manifestPath, headRange, releaseProfile }: CargoWorkspace): FileProblem[] {
  const { range, settings } = releaseProfile;
  const checks = settings.get("overflow-checks");
  if (checks?.value === true) return [];
  const message =
    "In a release build `+`, `-` and `*` wrap around without a word: a balance of 5 less 6 becomes eighteen quintillion. Set `overflow-checks = true` in `[profile.release]`, and the message traps instead.";
  const header = range === undefined ? undefined : { start: range.end, end: range.end };
  const title = "Set `overflow-checks = true`";
  return [
    {
      path: manifestPath,
      rule: "unchecked-arithmetic",
      severity: "hint",
      range: checks?.range ?? range ?? headRange,
      message,
      ...(checks === undefined &&
        header !== undefined && {
          fixes: [{ title, kind: "review" as const, range: header, newText: "\noverflow-checks = true" }],
        }),
    },
  ];
}

function targetProblems(surroundings: ProjectSurroundings, { directory, declared }: CargoWorkspace): FileProblem[] {
  const { view, path } = surroundings;
  const isForWasi = () =>
    declared.some((it) => it.dependency.packageName === "ic-wasi-polyfill") || isConverted(surroundings, directory);
  return ["config.toml", "config"].flatMap((file): FileProblem[] => {
    const manifest = path.join(directory, ".cargo", file);
    const source = view.readText(manifest);
    if (source === undefined) return [];
    const places = tomlPlaces(source);
    const target = placeOf(places, ["build", "target"]);
    const problems: FileProblem[] = [];
    const common = { path: manifest, rule: "wrong-target" as const, severity: "error" as const };
    if (target?.valueRange !== undefined && /wasm32-wasi/.test(textAt(source, target.valueRange)) && !isForWasi()) {
      problems.push({ ...common, range: target.valueRange, message: wasiMessage });
    }
    for (const { valueRange, path: names } of places) {
      if (valueRange === undefined || names.at(-1) !== "rustflags" || !appliesToWasm(names)) continue;
      const found = /\+(?:atomics|shared-everything-threads)\b/.exec(textAt(source, valueRange));
      if (found === null) continue;
      const start = valueRange.start + found.index;
      const range = { start, end: start + found[0].length };
      const message = `\`${found[0]}\` makes a Wasm that shares its memory between threads. The Internet Computer refuses to install it: remove it for wasm32-unknown-unknown.`;
      problems.push({ ...common, range, message });
    }
    return problems;
  });
}

function appliesToWasm(names: readonly string[]): boolean {
  return names[0] === "build" || (names[0] === "target" && /wasm/.test(names[1] ?? ""));
}

function textAt(source: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return source.slice(start, end);
}
