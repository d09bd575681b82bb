import { manifestRules } from "../project/manifestRules.ts";
import { awaitInLifecycle } from "./await-in-lifecycle.ts";
import { callDecodeTuple } from "./call-decode-tuple.ts";
import { callResultIgnored } from "./call-result-ignored.ts";
import { callResultUnwrapped } from "./call-result-unwrapped.ts";
import { callerAfterAwait } from "./caller-after-await.ts";
import { changeTimeoutOnUnbounded } from "./change-timeout-on-unbounded.ts";
import { customExportWithoutExecutor } from "./custom-export-without-executor.ts";
import { deprecatedCdkApi } from "./deprecated-cdk-api.ts";
import { duplicateEndpointName } from "./duplicate-endpoint-name.ts";
import { endpointSignatureInvalid } from "./endpoint-signature-invalid.ts";
import { exportCandidNotLast } from "./export-candid-not-last.ts";
import { guardDroppedImmediately } from "./guard-dropped-immediately.ts";
import { guardNotFound } from "./guard-not-found.ts";
import { heapStateLostOnUpgrade } from "./heap-state-lost-on-upgrade.ts";
import { inspectMessageAccessControl } from "./inspect-message-access-control.ts";
import { inspectMessageNoAccept } from "./inspect-message-no-accept.ts";
import { interCanisterCallInQuery } from "./inter-canister-call-in-query.ts";
import { manualReplyMissing } from "./manual-reply-missing.ts";
import { manualReplyTwice } from "./manual-reply-twice.ts";
import { missingCallerCheck } from "./missing-caller-check.ts";
import { missingPostUpgrade } from "./missing-post-upgrade.ts";
import { ownerResetInPostUpgrade } from "./owner-reset-in-post-upgrade.ts";
import { reentrancyCheckThenAct } from "./reentrancy-check-then-act.ts";
import { refcellBorrowAcrossAwait } from "./refcell-borrow-across-await.ts";
import type { Rule } from "./rule.ts";
import { stateMutatedBeforeAwait } from "./state-mutated-before-await.ts";
import { staticMutRefAcrossAwait } from "./static-mut-ref-across-await.ts";
import { stdEnvFsNet } from "./std-env-fs-net.ts";
import { stdPrintln } from "./std-println.ts";
import { stdThread } from "./std-thread.ts";
import { stdTime } from "./std-time.ts";
import { trapAfterAwait } from "./trap-after-await.ts";
import { unawaitedFuture } from "./unawaited-future.ts";
import { unboundedWaitCall } from "./unbounded-wait-call.ts";
import { unboundedWaitUntrustedCallee } from "./unbounded-wait-untrusted-callee.ts";
import { withCyclesOverridden } from "./with-cycles-overridden.ts";

/** Every rule, in the order in which they are documented. */
export const rules: readonly Rule[] = [
  stateMutatedBeforeAwait,
  reentrancyCheckThenAct,
  trapAfterAwait,
  callResultUnwrapped,
  callResultIgnored,
  unboundedWaitCall,
  unboundedWaitUntrustedCallee,
  callerAfterAwait,
  refcellBorrowAcrossAwait,
  staticMutRefAcrossAwait,
  guardDroppedImmediately,
  unawaitedFuture,
  interCanisterCallInQuery,
  awaitInLifecycle,
  changeTimeoutOnUnbounded,
  withCyclesOverridden,
  missingCallerCheck,
  inspectMessageAccessControl,
  inspectMessageNoAccept,
  guardNotFound,
  ownerResetInPostUpgrade,
  missingPostUpgrade,
  heapStateLostOnUpgrade,
  deprecatedCdkApi,
  callDecodeTuple,
  stdTime,
  stdThread,
  stdEnvFsNet,
  exportCandidNotLast,
  duplicateEndpointName,
  endpointSignatureInvalid,
  customExportWithoutExecutor,
  manualReplyMissing,
  manualReplyTwice,
  stdPrintln,
];

/** Ids of the rules that stay silent until the settings or `--all-rules` ask for them. */
export const optInRules: ReadonlySet<string> = new Set(
  [...rules, ...manifestRules].filter((it) => it.isOptIn === true).map((it) => it.id),
);
