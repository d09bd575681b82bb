import { candidRules } from "../candid/candidRules.ts";
import { manifestRules } from "../project/manifestRules.ts";
import { analysisCutShort } from "./analysis-cut-short.ts";
import { anonymousCallerNotRejected } from "./anonymous-caller-not-rejected.ts";
import { awaitInLifecycle } from "./await-in-lifecycle.ts";
import { awaitInLoop } from "./await-in-loop.ts";
import { boundedWaitSysUnknownUnhandled } from "./bounded-wait-sys-unknown-unhandled.ts";
import { callDecodeTuple } from "./call-decode-tuple.ts";
import { callResultIgnored } from "./call-result-ignored.ts";
import { callResultUnwrapped } from "./call-result-unwrapped.ts";
import { callerAfterAwait } from "./caller-after-await.ts";
import { certifiedDataInQuery } from "./certified-data-in-query.ts";
import { certifiedDataNotRestored } from "./certified-data-not-restored.ts";
import { certifiedDataTooLong } from "./certified-data-too-long.ts";
import { certifiedStateNotUpdated } from "./certified-state-not-updated.ts";
import { changeTimeoutOnUnbounded } from "./change-timeout-on-unbounded.ts";
import { chunkSizeExceedsLimit } from "./chunk-size-exceeds-limit.ts";
import { controllersNotCheckedButNamed } from "./controllers-not-checked-but-named.ts";
import { createCanisterWithoutCycles } from "./create-canister-without-cycles.ts";
import { customExportWithoutExecutor } from "./custom-export-without-executor.ts";
import { cyclesAcceptUnchecked } from "./cycles-accept-unchecked.ts";
import { cyclesU64Truncation } from "./cycles-u64-truncation.ts";
import { debugEndpointExported } from "./debug-endpoint-exported.ts";
import { deprecatedCdkApi } from "./deprecated-cdk-api.ts";
import { deprecatedIcStorageGlobal } from "./deprecated-ic-storage-global.ts";
import { duplicateEndpointName } from "./duplicate-endpoint-name.ts";
import { endpointSignatureInvalid } from "./endpoint-signature-invalid.ts";
import { expensiveCallUnauthenticated } from "./expensive-call-unauthenticated.ts";
import { exportCandidNotLast } from "./export-candid-not-last.ts";
import { floatMoney } from "./float-money.ts";
import { globalTimerConflict } from "./global-timer-conflict.ts";
import { guardDroppedImmediately } from "./guard-dropped-immediately.ts";
import { guardNotFound } from "./guard-not-found.ts";
import { guardReadsNothing } from "./guard-reads-nothing.ts";
import { hardcodedPrincipal } from "./hardcoded-principal.ts";
import { heapStateLostOnUpgrade } from "./heap-state-lost-on-upgrade.ts";
import { heartbeatUsed } from "./heartbeat-used.ts";
import { httpOutcallNoMaxResponseBytes } from "./http-outcall-no-max-response-bytes.ts";
import { httpOutcallNoTransform } from "./http-outcall-no-transform.ts";
import { httpOutcallNonIdempotent } from "./http-outcall-non-idempotent.ts";
import { httpOutcallPlainHttp } from "./http-outcall-plain-http.ts";
import { httpRequestNotQuery } from "./http-request-not-query.ts";
import { httpResponseUncertified } from "./http-response-uncertified.ts";
import { icrcTransferNoCreatedAtTime } from "./icrc-transfer-no-created-at-time.ts";
import { identityFromArgument } from "./identity-from-argument.ts";
import { initUpgradeArgMismatch } from "./init-upgrade-arg-mismatch.ts";
import { inspectMessageAccessControl } from "./inspect-message-access-control.ts";
import { inspectMessageNoAccept } from "./inspect-message-no-accept.ts";
import { interCanisterCallInQuery } from "./inter-canister-call-in-query.ts";
import { ledgerFeeUnits } from "./ledger-fee-units.ts";
import { lockNotReleasedOnTrap } from "./lock-not-released-on-trap.ts";
import { lossyCastAmount } from "./lossy-cast-amount.ts";
import { manualReplyMissing } from "./manual-reply-missing.ts";
import { manualReplyTwice } from "./manual-reply-twice.ts";
import { memoryIdReused } from "./memory-id-reused.ts";
import { memoryManagerMultiple } from "./memory-manager-multiple.ts";
import { mgmtCallWithoutCycles } from "./mgmt-call-without-cycles.ts";
import { missingCallerCheck } from "./missing-caller-check.ts";
import { missingPostUpgrade } from "./missing-post-upgrade.ts";
import { onewayOnTransfer } from "./oneway-on-transfer.ts";
import { onewayResultIgnored } from "./oneway-result-ignored.ts";
import { ownerResetInPostUpgrade } from "./owner-reset-in-post-upgrade.ts";
import { payloadOver2mb } from "./payload-over-2mb.ts";
import { postUpgradeErrorSwallowed } from "./post-upgrade-error-swallowed.ts";
import { preUpgradeTrap } from "./pre-upgrade-trap.ts";
import { preUpgradeUnboundedSerialization } from "./pre-upgrade-unbounded-serialization.ts";
import { publicCyclesBalance } from "./public-cycles-balance.ts";
import { rawStableWithMemoryManager } from "./raw-stable-with-memory-manager.ts";
import { reentrancyCheckThenAct } from "./reentrancy-check-then-act.ts";
import { refcellBorrowAcrossAwait } from "./refcell-borrow-across-await.ts";
import { refcellDoubleBorrow } from "./refcell-double-borrow.ts";
import { responseOver2mb } from "./response-over-2mb.ts";
import { retryNonIdempotentCall } from "./retry-non-idempotent-call.ts";
import type { Rule } from "./rule.ts";
import { secretInCanister } from "./secret-in-canister.ts";
import { sensitiveLog } from "./sensitive-log.ts";
import { spawnMigratoryUsesMsgApi } from "./spawn-migratory-uses-msg-api.ts";
import { spawnOrderChanged018 } from "./spawn-order-changed-018.ts";
import { spawnOutlivesMethod019 } from "./spawn-outlives-method-019.ts";
import { stableNewInsteadOfInit } from "./stable-new-instead-of-init.ts";
import { stableSaveRestoreMismatch } from "./stable-save-restore-mismatch.ts";
import { stableValueMutationLost } from "./stable-value-mutation-lost.ts";
import { stateMutatedBeforeAwait } from "./state-mutated-before-await.ts";
import { stateWriteInQuery } from "./state-write-in-query.ts";
import { staticMutRefAcrossAwait } from "./static-mut-ref-across-await.ts";
import { staticMutState } from "./static-mut-state.ts";
import { stdEnvFsNet } from "./std-env-fs-net.ts";
import { stdPrintln } from "./std-println.ts";
import { stdThread } from "./std-thread.ts";
import { stdTime } from "./std-time.ts";
import { storableBoundedTooSmall } from "./storable-bounded-too-small.ts";
import { storableFixedSizeVariable } from "./storable-fixed-size-variable.ts";
import { timeAsUniqueKey } from "./time-as-unique-key.ts";
import { timerNotRestartedOnUpgrade } from "./timer-not-restarted-on-upgrade.ts";
import { timerOverlapNoGuard } from "./timer-overlap-no-guard.ts";
import { transformKeepsHeaders } from "./transform-keeps-headers.ts";
import { transformNotQuery } from "./transform-not-query.ts";
import { trapAfterAwait } from "./trap-after-await.ts";
import { unawaitedFuture } from "./unawaited-future.ts";
import { unboundedIteration } from "./unbounded-iteration.ts";
import { unboundedUserStorage } from "./unbounded-user-storage.ts";
import { unboundedWaitCall } from "./unbounded-wait-call.ts";
import { unboundedWaitUntrustedCallee } from "./unbounded-wait-untrusted-callee.ts";
import { untrustedDecodeNoQuota } from "./untrusted-decode-no-quota.ts";
import { upgradeHookUnpaired } from "./upgrade-hook-unpaired.ts";
import { upgradeMissedField } from "./upgrade-missed-field.ts";
import { weakRandomness } from "./weak-randomness.ts";
import { withCyclesOverridden } from "./with-cycles-overridden.ts";
import { workspaceRules } from "./workspaceRules.ts";

/** Every rule, in the order in which they are documented. */
export const rules: readonly Rule[] = [
  stateMutatedBeforeAwait,
  reentrancyCheckThenAct,
  trapAfterAwait,
  callResultUnwrapped,
  callResultIgnored,
  onewayResultIgnored,
  unboundedWaitCall,
  unboundedWaitUntrustedCallee,
  callerAfterAwait,
  refcellBorrowAcrossAwait,
  refcellDoubleBorrow,
  staticMutRefAcrossAwait,
  guardDroppedImmediately,
  lockNotReleasedOnTrap,
  awaitInLoop,
  unawaitedFuture,
  boundedWaitSysUnknownUnhandled,
  retryNonIdempotentCall,
  icrcTransferNoCreatedAtTime,
  ledgerFeeUnits,
  spawnOrderChanged018,
  spawnOutlivesMethod019,
  spawnMigratoryUsesMsgApi,
  timerOverlapNoGuard,
  interCanisterCallInQuery,
  stateWriteInQuery,
  awaitInLifecycle,
  changeTimeoutOnUnbounded,
  untrustedDecodeNoQuota,
  withCyclesOverridden,
  onewayOnTransfer,
  missingCallerCheck,
  analysisCutShort,
  anonymousCallerNotRejected,
  identityFromArgument,
  inspectMessageAccessControl,
  inspectMessageNoAccept,
  guardNotFound,
  guardReadsNothing,
  ownerResetInPostUpgrade,
  hardcodedPrincipal,
  secretInCanister,
  sensitiveLog,
  publicCyclesBalance,
  expensiveCallUnauthenticated,
  debugEndpointExported,
  controllersNotCheckedButNamed,
  missingPostUpgrade,
  heapStateLostOnUpgrade,
  httpOutcallNoMaxResponseBytes,
  httpOutcallNoTransform,
  httpOutcallNonIdempotent,
  httpOutcallPlainHttp,
  transformNotQuery,
  heartbeatUsed,
  stableNewInsteadOfInit,
  weakRandomness,
  preUpgradeTrap,
  postUpgradeErrorSwallowed,
  timerNotRestartedOnUpgrade,
  memoryIdReused,
  memoryManagerMultiple,
  rawStableWithMemoryManager,
  stableValueMutationLost,
  initUpgradeArgMismatch,
  createCanisterWithoutCycles,
  mgmtCallWithoutCycles,
  responseOver2mb,
  payloadOver2mb,
  unboundedIteration,
  unboundedUserStorage,
  storableBoundedTooSmall,
  storableFixedSizeVariable,
  staticMutState,
  certifiedDataInQuery,
  certifiedDataTooLong,
  globalTimerConflict,
  stableSaveRestoreMismatch,
  upgradeHookUnpaired,
  upgradeMissedField,
  httpRequestNotQuery,
  httpResponseUncertified,
  cyclesAcceptUnchecked,
  transformKeepsHeaders,
  timeAsUniqueKey,
  floatMoney,
  lossyCastAmount,
  cyclesU64Truncation,
  chunkSizeExceedsLimit,
  preUpgradeUnboundedSerialization,
  deprecatedIcStorageGlobal,
  certifiedDataNotRestored,
  certifiedStateNotUpdated,
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
  [...rules, ...workspaceRules, ...manifestRules, ...candidRules]
    .filter((it) => it.isOptIn === true)
    .map((it) => it.id),
);
