import type { FromWebview, PanelCommand } from "./messages.ts";

const commands: ReadonlySet<string> = new Set<PanelCommand>([
  "build",
  "install",
  "upgrade",
  "reinstall",
  "start",
  "stop",
  "delete",
  "addCycles",
  "copyId",
  "openInterface",
  "showLogs",
  "createIdentity",
  "manageTrust",
]);

/** A message of the webview, if it is one that we know; anything else is dropped. */
export function readFromWebview(message: unknown): FromWebview | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(message));
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return typeof value === "string" ? value : undefined;
  };
  switch (text("kind")) {
    case "ready":
      return { kind: "ready" };
    case "cancel":
      return { kind: "cancel" };
    case "call": {
      const method = text("method");
      const argument = text("argument");
      return method === undefined || argument === undefined ? undefined : { kind: "call", method, argument };
    }
    case "selectIdentity": {
      const name = text("name");
      return name === undefined ? undefined : { kind: "selectIdentity", name };
    }
    case "copy": {
      const copied = text("text");
      return copied === undefined ? undefined : { kind: "copy", text: copied };
    }
    case "command": {
      const command = text("command");
      return command !== undefined && isPanelCommand(command) ? { kind: "command", command } : undefined;
    }
    default:
      return undefined;
  }
}

function isPanelCommand(command: string): command is PanelCommand {
  return commands.has(command);
}
