import type { Principal } from "../base/principal.ts";
import type { CanisterIdRange } from "./canisterIdRanges.ts";
import { rangeBetween } from "./canisterIdRanges.ts";
import type { CostSchedule } from "./cycles/fees.ts";
import { limits } from "./limits.ts";

/** The kinds of subnets that a network can have, named as PocketIC names them. */
export const subnetKinds = [
  "application",
  "verifiedApplication",
  "fiduciary",
  "sns",
  "cloudEngine",
  "system",
  "nns",
  "ii",
  "bitcoin",
] as const;

/** `nns` holds the network's governance, `ii` Internet Identity, `sns` the launched services, `system` is any other one. */
export type SubnetKind = (typeof subnetKinds)[number];

/** Limits that differ between application and system subnets. */
export interface SubnetLimits {
  /** Instructions of an update, replicated query, callback, heartbeat, timer or on_low_wasm_memory. */
  readonly instructionsPerMessage: bigint;
  /** Instructions of a non-replicated query; also of a whole composite query graph. */
  readonly instructionsPerQuery: bigint;
  /** Instructions of one install, reinstall or upgrade, compilation included. */
  readonly instructionsPerInstall: bigint;
  /** Instructions that one round executes before it ends. */
  readonly instructionsPerRound: bigint;
  /** Bytes of the argument of an ingress message. */
  readonly ingressBytes: number;
  /** Ingress messages known at a time, those with a response until their time is over. */
  readonly ingressHistoryMessages: number;
  /** Messages that wait in a stream to such a subnet before its senders keep the others. */
  readonly streamMessages: number;
}

/** What is the same for all subnets of a kind. */
export interface SubnetProfile {
  /** Nodes; decides the fees. */
  readonly nodes: number;
  readonly limits: SubnetLimits;
  readonly costSchedule: CostSchedule;
  /** Ids that the kind has on the mainnet, for canisters created with an id of their own. */
  readonly mainnetRanges: readonly CanisterIdRange[];
}

/** Limits of application subnets: those of `limits.ts`. */
export const applicationLimits: SubnetLimits = {
  instructionsPerMessage: limits.instructionsPerMessage,
  instructionsPerQuery: limits.instructionsPerQuery,
  instructionsPerInstall: limits.instructionsPerInstall,
  instructionsPerRound: limits.instructionsPerRound,
  ingressBytes: limits.messageBytes,
  ingressHistoryMessages: limits.ingressHistoryMessages,
  streamMessages: 10_000,
};

/** Limits of system subnets. Source: dfinity/ic rs/config/src/subnet_config.rs, rs/limits, as of 2026-11-21. */
const systemLimits: SubnetLimits = {
  instructionsPerMessage: 50_000_000_000n,
  instructionsPerQuery: 50_000_000_000n,
  instructionsPerInstall: 1_000_000_000_000n,
  instructionsPerRound: 7_000_000_000n,
  ingressBytes: limits.messageBytes,
  ingressHistoryMessages: Number.POSITIVE_INFINITY,
  streamMessages: 200,
};

const application: SubnetProfile = {
  nodes: 13,
  limits: applicationLimits,
  costSchedule: "normal",
  mainnetRanges: [],
};

const system: SubnetProfile = { nodes: 13, limits: systemLimits, costSchedule: "system", mainnetRanges: [] };

/** Sizes and mainnet ranges as PocketIC has them. Source: dfinity/ic rs/pocket_ic_server/src/pocket_ic.rs, as of 2026-11-21. */
export const subnetProfiles: Readonly<Record<SubnetKind, SubnetProfile>> = {
  application,
  verifiedApplication: application,
  cloudEngine: { ...application, costSchedule: "free" },
  fiduciary: {
    ...application,
    nodes: 34,
    mainnetRanges: [rangeBetween("mf7xa-laaaa-aaaar-qaaaa-cai", "qoznl-yiaaa-aaaar-7777q-cai")],
  },
  sns: {
    ...application,
    nodes: 34,
    mainnetRanges: [rangeBetween("ybpmr-kqaaa-aaaaq-aaaaa-cai", "ekjw2-zyaaa-aaaaq-p777q-cai")],
  },
  system,
  bitcoin: {
    ...system,
    mainnetRanges: [rangeBetween("g3wsl-eqaaa-aaaan-aaaaa-cai", "2qqia-xyaaa-aaaan-p777q-cai")],
  },
  ii: {
    ...system,
    nodes: 34,
    mainnetRanges: [
      rangeBetween("rdmx6-jaaaa-aaaaa-aaadq-cai", "rdmx6-jaaaa-aaaaa-aaadq-cai"),
      rangeBetween("uc7f6-kaaaa-aaaaq-qaaaa-cai", "ijz7v-ziaaa-aaaaq-7777q-cai"),
    ],
  },
  nns: {
    ...system,
    nodes: 40,
    limits: { ...systemLimits, ingressBytes: 3.5 * 1024 * 1024 },
    mainnetRanges: [
      rangeBetween("rwlgt-iiaaa-aaaaa-aaaaa-cai", "renrk-eyaaa-aaaaa-aaada-cai"),
      rangeBetween("qoctq-giaaa-aaaaa-aaaea-cai", "n5n4y-3aaaa-aaaaa-p777q-cai"),
    ],
  },
};

/** `benchmarking` lets messages run as long as they like, to find out what they need. */
export type InstructionConfig = "production" | "benchmarking";

/** What a subnet is to be. */
export interface SubnetSpec {
  readonly kind: SubnetKind;
  /** As its kind has when absent. */
  readonly costSchedule?: CostSchedule;
  /** Production when absent. */
  readonly instructions?: InstructionConfig;
  /** Who may list, watch, start, stop and delete all of its canisters; absent where it has no such people. */
  readonly subnetAdmins?: readonly Principal[];
}

const benchmarkingInstructions = 99_999_999_999_999n;

/** The limits of a subnet. */
export function subnetLimits(kind: SubnetKind, instructions: InstructionConfig): SubnetLimits {
  const { limits: usual } = subnetProfiles[kind];
  if (instructions === "production") return usual;
  return {
    ...usual,
    instructionsPerMessage: benchmarkingInstructions,
    instructionsPerQuery: benchmarkingInstructions,
    instructionsPerInstall: benchmarkingInstructions,
    instructionsPerRound: benchmarkingInstructions,
  };
}

/** The kind that a text names; undefined where it names none. */
export function subnetKindOf(text: string): SubnetKind | undefined {
  return subnetKinds.find((it) => it.toLowerCase() === text.toLowerCase());
}
