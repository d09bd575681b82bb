import type { Page } from "playwright-core";
import type { Editor } from "./editor.ts";

/** What a step works with. */
export interface Run {
  readonly editor: Editor;
  /** The open folder: a copy of the counter sample. */
  readonly folder: string;
  /** A copy of the vault sample, opened by the last steps. */
  readonly vaultFolder: string;
  /** A project with the canister of `trialCanister.ts`. */
  readonly trialFolder: string;
  /** The project of `shopProject.ts`. */
  readonly shopFolder: string;
  /** A project in which nothing can be read. */
  readonly brokenFolder: string;
  /** Where what the test installs is kept: code-server, axe-core. */
  readonly cache: string;
  readonly hasRust: boolean;
  /** Writes a picture that the README shows. */
  readonly screenshot: (page: Page, name: string) => Promise<void>;
  /** Writes a picture for whoever wants to look at everything. */
  readonly picture: (page: Page, name: string) => Promise<void>;
}

/** One step; after an essential one that fails the others make no sense. */
export interface Step {
  readonly name: string;
  readonly essential?: boolean;
  readonly needsRust?: boolean;
  readonly run: (run: Run) => Promise<void>;
}
