import { type ConfigurationScope, type WorkspaceConfiguration, workspace } from "vscode";

/** Section of all settings of the extension. */
export const settingsSection = "canisterWorkbench";

/** The settings that the client itself reads; the rules' severities are read by the language server. */
export interface Settings {
  /** Path of cargo; empty: the one on PATH, else the one in the user's `.cargo/bin`. */
  readonly cargoPath: string;
  /** Added to the environment of every cargo process. */
  readonly cargoEnvironment: Readonly<Record<string, string>>;
  /** Added to every `cargo build`. */
  readonly cargoExtraArguments: readonly string[];
  /** Whether Install and Upgrade build first when a source is newer than the Wasm. */
  readonly buildBeforeInstall: boolean;
  /** Whether Build, Install, Upgrade and Call are shown above canisters and endpoints. */
  readonly codeLens: boolean;
  /** Kinds of the subnets of a new network; undefined where nobody chose any. */
  readonly subnets: readonly string[] | undefined;
  /** How the network charges for memory; undefined where nobody chose. */
  readonly metering: string | undefined;
  /** Whether the network limits installations and writes by round; undefined where nobody chose. */
  readonly rateLimits: boolean | undefined;
}

/** Reads the settings as they are now, for a folder if one is given. */
export function readSettings(scope?: ConfigurationScope): Settings {
  const section = workspace.getConfiguration(settingsSection, scope);
  return {
    cargoPath: section.get<string>("cargo.path", "").trim(),
    cargoEnvironment: section.get<Record<string, string>>("cargo.environment", {}),
    cargoExtraArguments: section.get<string[]>("cargo.extraArguments", []),
    buildBeforeInstall: section.get<boolean>("build.beforeInstall", true),
    codeLens: section.get<boolean>("codeLens.enabled", true),
    subnets: chosen<string[]>(section, "network.subnets"),
    metering: chosen<string>(section, "network.metering"),
    rateLimits: chosen<boolean>(section, "network.rateLimits"),
  };
}

/** The value that a user or a workspace gave, without the default. */
function chosen<T>(section: WorkspaceConfiguration, name: string): T | undefined {
  const values = section.inspect<T>(name);
  return values?.workspaceFolderValue ?? values?.workspaceValue ?? values?.globalValue;
}
