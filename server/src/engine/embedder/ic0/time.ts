import { on, type SystemApiFunction, usual } from "../systemApiRow.ts";

/** Time and the global timer. */
export const timeFunctions: readonly SystemApiFunction[] = [
  on("*", "time", "", "l", usual, (it) => it.input.timeNanos),
  on("I G U Ry Rt C T", "global_timer_set", "l", "l", usual, (it, timeNanos) => {
    const previous = it.globalTimerNanos ?? it.input.globalTimerNanos;
    it.globalTimerNanos = timeNanos;
    return previous;
  }),
];
