/**
 * Every limit of the network that the engine enforces, for an application subnet, with the unit in the name.
 * Source: dfinity/ic rs/config/src/{subnet_config,execution_environment}.rs, rs/limits, as of 2026-11-21.
 */
export const limits = {
  /** Instructions of an update, replicated query, callback, heartbeat, timer or on_low_wasm_memory. */
  instructionsPerMessage: 40_000_000_000n,
  /** Instructions of a non-replicated query; also of a whole composite query graph. */
  instructionsPerQuery: 5_000_000_000n,
  /** Instructions of one install, reinstall or upgrade, compilation included. */
  instructionsPerInstall: 300_000_000_000n,
  /** Instructions of one inspect_message. */
  instructionsPerInspection: 200_000_000n,
  /** After so many instructions other canisters run (deterministic time slicing). */
  instructionsPerSlice: 2_000_000_000n,
  /** Instructions that one round executes before it ends. */
  instructionsPerRound: 4_000_000_000n,
  /** Threads on which a round runs canisters, each with the round's instructions. */
  threads: 4,
  /** Instructions that a round counts for each execution, beside its own. */
  overheadPerExecution: 2_000_000,
  /** Instructions that a round counts for each canister that it runs. */
  overheadPerCanister: 8_000_000,
  /** Bytes that a canister may write in each round, where rates are limited. */
  heapDeltaBytesPerRound: 75 * 1024 * 1024,
  /** Instructions of installations that each round pays off, where rates are limited. */
  installInstructionsPerRound: 2_000_000_000n,
  /** Share of the message limit kept for the cleanup callback, in percent. */
  cleanupReservePercent: 5n,
  /** Instructions charged for compiling one operator of the instrumented module. */
  instructionsPerCompiledOperator: 6_000n,
  /** A module compiled before costs this fraction of its compilation. */
  compiledBeforeDivisor: 100n,
  /** Instructions charged for each install, upgrade and snapshot load. */
  instructionsPerInstallBase: 20_000_000n,
  /** Instructions charged for each chunk uploaded. */
  instructionsPerChunk: 200_000_000n,
  /** Instructions charged by each call within a composite query graph. */
  instructionsPerQueryCall: 50_000_000n,
  /** Instructions charged by list_canisters within one, beside those for each canister. */
  instructionsPerList: 20_000_000n,
  instructionsPerListedCanister: 16_000n,
  /** Calls on top of each other in a composite query graph. */
  queryCallDepth: 6,
  /** Requests without a consumed response from one canister to another. */
  queueCapacity: 500,
  /** Bytes of method name and argument of a request within the subnet. */
  requestBytesWithinSubnet: 10 * 1024 * 1024,
  /** Bytes of an ingress argument, a request to another subnet, a response. */
  messageBytes: 2 * 1024 * 1024,
  /** Bytes of a query's reply. */
  queryResponseBytes: 3 * 1024 * 1024,
  /** Bytes of a reject message; longer ones are cut. */
  rejectMessageBytes: 8 * 1024,
  /** Nanoseconds that an ingress message may wait before it is executed. */
  ingressLifetimeNanos: 300_000_000_000n,
  /** Nanoseconds of the longest bounded wait. */
  callTimeoutNanosMax: 300_000_000_000n,
  /** Nanoseconds until a stop_canister call gives up. */
  stopTimeoutNanos: 300_000_000_000n,
  /** Nanoseconds between two charges for storage and compute allocation. */
  chargeIntervalNanos: 10_000_000_000n,
  /** Bytes of heap of a 32-bit canister. */
  heapBytesMax: 4_294_967_296n,
  /** Bytes of heap that updates may reach unless the settings say otherwise. */
  wasmMemoryLimitBytes: 3_221_225_472n,
  /** Bytes of all canisters of a subnet. */
  subnetMemoryBytes: 2_199_023_255_552n,
  /** Bytes of all canisters above which cycles are set aside for storage: 750 GiB. */
  reservationThresholdBytes: 805_306_368_000n,
  /** Bytes of the largest memory allocation. */
  memoryAllocationBytes: 281_474_976_710_656n,
  /** Percent of all compute allocations of a subnet. */
  subnetComputePercent: 299n,
  /** Bytes reserved for the response to each unbounded wait, by the caller and by the callee. */
  responseReservationBytes: 2_097_296,
  /** Bytes of messages with guaranteed responses on a subnet. */
  guaranteedMessageBytes: 16_106_127_360,
  /** Bytes of messages of bounded waits on a subnet; above it the largest are shed. */
  bestEffortMessageBytes: 5_368_709_120,
  /** Callbacks that each canister may have however many the subnet has. */
  callbacksGuaranteed: 50,
  /** Callbacks of a subnet above which canisters have only those guaranteed. */
  callbacksSubnet: 1_000_000,
  /** Seconds that a canister's cycles must suffice for before it freezes. */
  freezingThresholdSeconds: 2_592_000n,
  /** Cycles that may be reserved for storage unless the settings say otherwise. */
  reservedCyclesLimit: 5_000_000_000_000n,
  /** Cycles of a canister created by the provisional method without an amount. */
  provisionalCycles: 100_000_000_000_000n,
  controllers: 10,
  environmentVariables: 32,
  /** Bytes of the name and of the value of an environment variable. */
  environmentVariableBytes: 128,
  /** Principals in an allowed_viewers list. */
  allowedViewers: 10,
  /** Changes that the canister history keeps. */
  historyChanges: 20,
  /** Bytes of one of them, beside those of the controllers that it names. */
  historyChangeBytes: 192,
  /** Bytes of a controller in the history. */
  historyControllerBytes: 30,
  /** Bytes of the canister log unless the settings say otherwise; also the least that they may say, beside 0. */
  logBytes: 4_096n,
  /** Bytes that the settings may allow the canister log. */
  logBytesMax: 2_097_152n,
  /** Bytes that a log record takes beside its content. */
  logRecordBytes: 40,
  /** Bytes of the records in an answer of fetch_canister_logs. */
  logAnswerBytes: 2_000_000,
  /** Bytes of one chunk of the chunk store. */
  chunkBytes: 1024 * 1024,
  /** Bytes of all chunks of one canister. */
  chunkStoreBytes: 100 * 1024 * 1024,
  /** Snapshots of one canister. */
  snapshots: 10,
  /** Bytes of a slice of a snapshot that is read. */
  snapshotSliceBytes: 2_000_000,
  /** Instructions charged for taking, loading and describing a snapshot, beside one for each of its bytes. */
  instructionsPerSnapshot: 2_000_000_000n,
  /** Instructions charged for reading a slice of a snapshot, beside one for each byte. */
  instructionsPerSnapshotRead: 5_000_000n,
  /** Bytes that a global counts for in the description of a snapshot. */
  snapshotGlobalBytes: 32,
  /** Globals of a module, and of a snapshot. */
  globals: 1_000,
  /** Bytes of certified data. */
  certifiedDataBytes: 32,
  /** Bytes of heap of a 64-bit canister. */
  heapBytesMax64: 6_442_450_944n,
  /** Bytes of stable memory. */
  stableBytesMax: 536_870_912_000n,
  /** Bytes of a module, unpacked. */
  moduleBytes: 100 * 1024 * 1024,
  /** HTTPS outcalls of one subnet that wait for their response. */
  httpOutcallsInFlight: 3_000,
  /** Nanoseconds until an HTTPS outcall without a response is rejected. */
  httpOutcallTimeoutNanos: 60_000_000_000n,
  /** Bytes of headers and body of an HTTPS request. */
  httpRequestBytes: 2_000_000,
  /** Bytes of headers and body of an HTTPS response. */
  httpResponseBytes: 2_000_000,
  /** Bytes of the URL of an HTTPS outcall. */
  httpUrlBytes: 8_192,
  /** Headers of an HTTPS request or response. */
  httpHeaders: 64,
  /** Bytes of the name and of the value of such a header. */
  httpHeaderBytes: 8_192,
  /** Bytes of all such names and values together. */
  httpHeadersBytes: 48 * 1024,
  /** Ingress messages that an application subnet knows of at a time, with those answered until their time is over. */
  ingressHistoryMessages: 600_000,
  /** Ingress results that are kept for those who ask later. */
  ingressResults: 10_000,
  /** Bytes of the responses among them. */
  ingressResultBytes: 64 * 1024 * 1024,
  /** Ingress results that are saved with the state. */
  ingressResultsOnDisk: 100,
  /** Bytes of the responses among them. */
  ingressResultBytesOnDisk: 64 * 1024,
} as const;
