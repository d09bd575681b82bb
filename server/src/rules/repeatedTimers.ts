import type { ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import type { CallReached } from "./callsReached.ts";
import { everReachedFrom } from "./reachedFunctions.ts";

/** Whether a call sets a timer that goes on for ever: an interval that nothing clears, or a timer that sets itself again. */
export function repeats({ call, inFunction, way }: CallReached): boolean {
  if (call.targets.length > 0) return false;
  // Tidying up that far from the endpoint begins again with the next message.
  if (/(^|::)set_timer$/.test(call.path))
    return call.starts.length > 0 && way.length < 2 && setsItselfAgain(inFunction);
  if (!/(^|::)set_timer_interval\w*$/.test(call.path)) return false;
  // An interval whose id is kept and cleared lasts only as long as some work does.
  return !inFunction.names.has("clear_timer");
}

/** Calls that may repeat by their names: where there are none, nothing has to be followed. */
export const timerCalls = new FunctionIndex(({ calls }) =>
  calls.filter((it) => it.kind === "functionCall" && /(^|::)set_timer(_interval\w*)?$/.test(it.path)),
);

/** What the timer runs comes back to the function that has set it: a chain of single timers. */
function setsItselfAgain(setting: ModelFunction): boolean {
  return everReachedFrom(setting.summary.callees).includes(setting);
}
