import {
  type CancellationToken,
  type Disposable,
  ProcessExecution,
  ProgressLocation,
  Task,
  type TaskExecution,
  TaskGroup,
  TaskPanelKind,
  type TaskProvider,
  TaskRevealKind,
  TaskScope,
  tasks,
  Uri,
  window,
  workspace,
} from "vscode";
import type { BuildCommand, ProjectCanister } from "../../server/src/protocol/language.ts";
import { Obstacle } from "./obstacle.ts";
import { readSettings } from "./settings.ts";
import { prepareBuild } from "./toolchain.ts";
import { newestWasm, type WasmFile } from "./wasmFiles.ts";
import { expectTrust } from "./workspaceTrust.ts";

/** Type of our tasks in tasks.json. */
export const taskType = "canisterWorkbench";

/** How a build ended. */
export type BuildOutcome =
  | { readonly kind: "built"; readonly wasm: WasmFile }
  | { readonly kind: "failed"; readonly exitCode: number | undefined }
  | { readonly kind: "cancelled" };

/** Builds canisters with cargo, as tasks of VS Code: they show in the terminal, can be cancelled, and fill Problems. */
export class CargoBuilds implements TaskProvider, Disposable {
  readonly #declared: () => readonly ProjectCanister[];
  readonly #registration: Disposable;

  constructor(declared: () => readonly ProjectCanister[]) {
    this.#declared = declared;
    this.#registration = tasks.registerTaskProvider(taskType, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** One task per canister that cargo builds, for `Tasks: Run Build Task`. */
  provideTasks(): Task[] {
    return this.#declared().flatMap((canister) =>
      canister.build === undefined ? [] : [buildTask(canister, withSettings(canister, canister.build))],
    );
  }

  /** Fills in a task that tasks.json names by its canister only. */
  resolveTask(task: Task): Task | undefined {
    const canister = this.#declared().find((it) => it.name === task.definition.canister);
    if (canister?.build === undefined) return undefined;
    return buildTask(canister, withSettings(canister, canister.build), task);
  }

  /**
   * Builds a canister, showing progress with a Cancel button.
   * @throws Obstacle in Restricted Mode, when there is nothing to build with, or no Wasm after a build that went well.
   */
  async build(canister: ProjectCanister): Promise<BuildOutcome> {
    expectTrust();
    const { build, source } = canister;
    if (build === undefined) {
      throw new Obstacle(
        source.kind === "custom"
          ? `${canister.name} is built by steps that only its own tool can run: ${source.explanation}`
          : `${canister.name} has nothing to build: its manifest names a Wasm that is built already.`,
      );
    }
    await workspace.saveAll(false);
    const command = await prepareBuild(build, readSettings(Uri.file(canister.projectDirectory)));
    const exitCode = await window.withProgress(
      { location: ProgressLocation.Notification, title: `Building ${canister.name}`, cancellable: true },
      (_, token) => runToEnd(buildTask(canister, command), token),
    );
    if (exitCode === "cancelled") return { kind: "cancelled" };
    if (exitCode !== 0) return { kind: "failed", exitCode };
    const wasm = await newestWasm(canister);
    if (wasm === undefined) {
      throw new Obstacle(
        `cargo built ${canister.name}, but left no Wasm at ${build.wasmPath}. Is the package a cdylib (crate-type in Cargo.toml)?`,
      );
    }
    return { kind: "built", wasm };
  }
}

function withSettings(canister: ProjectCanister, build: BuildCommand): BuildCommand {
  const settings = readSettings(Uri.file(canister.projectDirectory));
  return {
    ...build,
    program: build.program === "cargo" && settings.cargoPath !== "" ? settings.cargoPath : build.program,
    args: [...build.args, ...settings.cargoExtraArguments],
    environment: { ...build.environment, ...settings.cargoEnvironment },
  };
}

/** `from` is the task of tasks.json that this one fills in: VS Code wants its very definition back. */
function buildTask(canister: ProjectCanister, command: BuildCommand, from?: Task): Task {
  const task = new Task(
    from?.definition ?? { type: taskType, canister: canister.name },
    from?.scope ?? workspace.getWorkspaceFolder(Uri.file(canister.projectDirectory)) ?? TaskScope.Workspace,
    `build ${canister.name}`,
    "Canister Workbench",
    new ProcessExecution(command.program, [...command.args], {
      cwd: command.workingDirectory,
      env: { ...command.environment },
    }),
    ["$canister-workbench-rustc"],
  );
  task.group = TaskGroup.Build;
  task.detail = [command.program, ...command.args].join(" ");
  task.presentationOptions = { reveal: TaskRevealKind.Silent, panel: TaskPanelKind.Shared, clear: true };
  return task;
}

/** Runs a task until its process ends or the user cancels; the exit code, undefined when it could not start. */
async function runToEnd(task: Task, token: CancellationToken): Promise<number | undefined | "cancelled"> {
  return await new Promise((resolve, reject) => {
    const disposables: Disposable[] = [];
    const finish = (result: number | undefined | "cancelled") => {
      for (const disposable of disposables) disposable.dispose();
      resolve(result);
    };
    let execution: TaskExecution | undefined;
    disposables.push(
      tasks.onDidEndTaskProcess((event) => {
        if (event.execution === execution) finish(token.isCancellationRequested ? "cancelled" : event.exitCode);
      }),
      // A task whose process never started ends without the event above.
      tasks.onDidEndTask((event) => {
        if (event.execution === execution) {
          setTimeout(() => finish(token.isCancellationRequested ? "cancelled" : undefined), 500);
        }
      }),
      token.onCancellationRequested(() => execution?.terminate()),
    );
    tasks.executeTask(task).then((started) => {
      execution = started;
    }, reject);
  });
}
