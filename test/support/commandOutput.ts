import type { CommandOutput } from "../../server/src/commandLine/commandOutput.ts";

/** An output that keeps what is written to it. */
export interface RecordedOutput extends CommandOutput {
  readonly text: string;
  readonly errors: string;
}

/** Records what a command writes, without colours unless told. */
export function recordOutput(color = false): RecordedOutput {
  let text = "";
  let errors = "";
  return {
    write: (it) => {
      text += it;
    },
    writeError: (it) => {
      errors += it;
    },
    isTerminal: false,
    color,
    get text() {
      return text;
    },
    get errors() {
      return errors;
    },
  };
}
