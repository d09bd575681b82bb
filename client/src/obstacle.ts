import { type LogOutputChannel, window } from "vscode";

/** A button under a message, and what it does. */
export interface Remedy {
  readonly title: string;
  readonly run: () => unknown;
}

/** Something in the user's way that says what, why and what to do, with buttons that do it. */
export class Obstacle extends Error {
  readonly remedies: readonly Remedy[];

  constructor(message: string, remedies: readonly Remedy[] = []) {
    super(message);
    this.remedies = remedies;
  }
}

/** Shows a failure at the edge, with its remedies and the log, and writes it to the log. */
export async function showFailure(error: unknown, log: LogOutputChannel): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  log.error(message);
  const remedies: readonly Remedy[] = [
    ...(error instanceof Obstacle ? error.remedies : []),
    { title: "Show Log", run: () => log.show() },
  ];
  const chosen = await window.showErrorMessage(message, ...remedies.map((it) => it.title));
  await remedies.find((it) => it.title === chosen)?.run();
}
