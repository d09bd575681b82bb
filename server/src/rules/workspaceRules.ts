import { callGraphLoop } from "./callGraphLoop.ts";
import {
  callArgTypeMismatch,
  callModeMismatch,
  callReturnTypeMismatch,
  callUnknownMethod,
  compositeQueryCalledFromUpdate,
  sharedTypeDivergence,
} from "./callRules.ts";
import { clientRules } from "./clientRules.ts";
import { deployDependencyMissing } from "./deployDependency.ts";
import { didOutOfSync, didUpgradeIncompatible, exportCandidMissing } from "./interfaceRules.ts";
import { layoutRules } from "./layoutRules.ts";
import { lowWasmMemoryHookMissing } from "./lowMemoryHook.ts";
import type { WorkspaceRule } from "./workspaceRule.ts";

/** Every rule that takes more than one crate, in the order in which they are documented. */
export const workspaceRules: readonly WorkspaceRule[] = [
  callUnknownMethod,
  callArgTypeMismatch,
  callReturnTypeMismatch,
  compositeQueryCalledFromUpdate,
  callModeMismatch,
  sharedTypeDivergence,
  didOutOfSync,
  didUpgradeIncompatible,
  exportCandidMissing,
  deployDependencyMissing,
  callGraphLoop,
  lowWasmMemoryHookMissing,
  ...layoutRules,
  ...clientRules,
];
