import { manifestRules } from "../project/manifestRules.ts";
import { callDecodeTuple } from "./call-decode-tuple.ts";
import { callResultIgnored } from "./call-result-ignored.ts";
import { callResultUnwrapped } from "./call-result-unwrapped.ts";
import { callerAfterAwait } from "./caller-after-await.ts";
import { deprecatedCdkApi } from "./deprecated-cdk-api.ts";
import { heapStateLostOnUpgrade } from "./heap-state-lost-on-upgrade.ts";
import { inspectMessageAccessControl } from "./inspect-message-access-control.ts";
import { missingPostUpgrade } from "./missing-post-upgrade.ts";
import { reentrancyCheckThenAct } from "./reentrancy-check-then-act.ts";
import { refcellBorrowAcrossAwait } from "./refcell-borrow-across-await.ts";
import type { Rule } from "./rule.ts";
import { stateMutatedBeforeAwait } from "./state-mutated-before-await.ts";
import { stdEnvFsNet } from "./std-env-fs-net.ts";
import { stdThread } from "./std-thread.ts";
import { stdTime } from "./std-time.ts";
import { unboundedWaitCall } from "./unbounded-wait-call.ts";

/** Every rule, in the order in which they are documented. */
export const rules: readonly Rule[] = [
  stateMutatedBeforeAwait,
  reentrancyCheckThenAct,
  callResultUnwrapped,
  callResultIgnored,
  unboundedWaitCall,
  callerAfterAwait,
  refcellBorrowAcrossAwait,
  inspectMessageAccessControl,
  missingPostUpgrade,
  heapStateLostOnUpgrade,
  deprecatedCdkApi,
  callDecodeTuple,
  stdTime,
  stdThread,
  stdEnvFsNet,
];

/** Ids of the rules that stay silent until the settings or `--all-rules` ask for them. */
export const optInRules: ReadonlySet<string> = new Set(
  [...rules, ...manifestRules].filter((it) => it.isOptIn === true).map((it) => it.id),
);
