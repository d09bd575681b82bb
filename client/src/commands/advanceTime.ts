import { window } from "vscode";
import type { Workbench } from "../workbench.ts";
import { parseSeconds } from "./readAmounts.ts";

/** Moves the network's clock forward, so that timers fall due. */
export async function advanceTime(workbench: Workbench): Promise<void> {
  const text = await window.showInputBox({
    title: "Advance the Network's Time",
    prompt: "Timers and heartbeats that fall due are run",
    value: "60s",
    validateInput: (it) => (parseSeconds(it) === undefined ? "Write a time such as 30s, 5m, 2h or 1d." : undefined),
  });
  const seconds = text === undefined ? undefined : parseSeconds(text);
  if (seconds === undefined) return;
  const { trace } = await workbench.activity.during(`time: +${text}`, () => workbench.network.advanceTime({ seconds }));
  await workbench.canisters.refreshStatus();
  for (const line of trace) {
    workbench.log.info(`${"  ".repeat(line.depth)}${line.canister}: ${line.label} ${line.detail ?? ""}`.trimEnd());
  }
  const executions = trace.filter((it) => it.kind === "execute" || it.kind === "timer").length;
  window.setStatusBarMessage(`$(clock) Time advanced by ${text}: ${executions} message executions`, 5_000);
}
