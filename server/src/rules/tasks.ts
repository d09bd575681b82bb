import type { CanisterModel, FunctionCall, ModelFunction, Step } from "../analysis/canisterModel.ts";

/** A task that a function starts, and what starts it. */
export interface StartedTask {
  readonly starter: FunctionCall;
  readonly inFunction: ModelFunction;
  /** What it does itself, tasks that it starts in turn left out. */
  readonly steps: readonly Step[];
}

/** The tasks that calls of some functions start, `spawn` or `set_timer_interval`. */
export function tasksStartedBy(canister: CanisterModel, path: RegExp): readonly StartedTask[] {
  return canister.functions.flatMap((inFunction) =>
    inFunction.steps.flatMap((starter): StartedTask[] => {
      if (starter.kind !== "functionCall" || starter.starts.length === 0 || !path.test(starter.path)) return [];
      return [{ starter, inFunction, steps: inFunction.steps.filter((it) => starter.starts.includes(it.at.task)) }];
    }),
  );
}

/** Whether the crate's ic-cdk is at least `0.minor`. */
export function isCdkAtLeast({ cdkVersion }: CanisterModel, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = cdkVersion ?? [];
  return cdkVersion !== undefined && (major > 0 || minor >= wantedMinor);
}
