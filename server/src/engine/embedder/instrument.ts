import { ByteWriter } from "../../wasm/byteWriter.ts";
import type { ValueType, WasmModule } from "../../wasm/module.ts";
import { type AppendedIndices, FunctionRewriter, type RewriteForm } from "./functionRewriter.ts";
import { helperCounts, helperFunctions } from "./helperFunctions.ts";
import { type ModulePlan, writeModule } from "./sectionRewriter.ts";
import { replacedImports } from "./stableHelpers.ts";

/**
 * A module rewritten for metering and rollback. Nothing of the module is renumbered: the counter is the last global,
 * helpers are the last functions, host functions are called through the last table, and what the host needs is exported
 * under names that begin with `prefix`. Heap and map of dirty pages are imported, so that instances can share them, and
 * active data is for the host to copy (`activeData`).
 */
export interface InstrumentedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly form: RewriteForm;
  readonly prefix: string;
  readonly memory64: boolean;
  readonly hasMemory: boolean;
  /** Whether the memory of the stable memory must be imported. */
  readonly usesStable: boolean;
  readonly hasTable: boolean;
  /** Mutable globals of the module, in index order. */
  readonly mutableGlobals: readonly { readonly index: number; readonly type: ValueType }[];
  /** Functions from this index on are helpers. */
  readonly functions: number;
  /** Operators of the module as the network's instrumentation leaves it. */
  readonly operators: number;
}

/** Why a module cannot be executed, as a sentence; of what the network demands of code, in its words. */
export interface InstrumentationProblem {
  readonly problem: string;
}

/** Operators and globals that the network's instrumentation adds to every module; counted for the cost of compilation. */
const injectedGlobals = 3;
const operatorsPerGlobal = 2;

/** Rewrites a module that is valid WebAssembly and has at most one memory. */
export function instrument(module: WasmModule, form: RewriteForm): InstrumentedModule | InstrumentationProblem {
  const plan = planModule(module, form);
  const rewriter = new FunctionRewriter(module, plan.appended, form);
  // Code about doubles. Room that is not used costs nothing.
  const out = new ByteWriter(module.bytes.length * 3);
  const problem = writeModule(module, plan, out, () => writeCode(module, plan, rewriter, out));
  if (problem !== undefined) return { problem };
  return {
    bytes: out.view(),
    form,
    prefix: plan.prefix,
    memory64: plan.memory64,
    hasMemory: plan.hasMemory,
    usesStable: plan.usesStable,
    hasTable: module.tables.length > 0,
    mutableGlobals: plan.mutableGlobals,
    functions: module.functions.length,
    operators: rewriter.operators + operatorsPerGlobal * (module.globals.length + injectedGlobals),
  };
}

function writeCode(
  { bodies, functions, types, importedFunctions }: WasmModule,
  plan: ModulePlan,
  rewriter: FunctionRewriter,
  out: ByteWriter,
): string | undefined {
  out.unsigned(bodies.length + plan.helpers.length);
  for (let index = 0; index < bodies.length; index++) {
    const type = types[functions[importedFunctions + index] ?? -1];
    const body = bodies[index];
    if (type === undefined || body === undefined) return `The function at index ${index} has no type.`;
    const problem = rewriter.rewrite(index, type, body, out);
    if (problem !== undefined) return problem;
  }
  for (const helper of plan.helpers) out.sized(helper.body);
  return undefined;
}

function planModule(module: WasmModule, form: RewriteForm): ModulePlan {
  const memory64 = module.memories[0]?.is64 ?? false;
  const hasMemory = module.memories.length > 0;
  const mutableGlobals = module.globals.flatMap(({ mutable, type }, index) => (mutable ? [{ index, type }] : []));
  const first = module.functions.length;
  const replaced = form.stableInside ? replacedImports(module) : [];
  const plainHelpers = first + helperCounts.always + (hasMemory ? helperCounts.withMemory : 0);
  const appended: AppendedIndices = {
    counterGlobal: module.globals.length,
    dirtyMemory: module.memories.length,
    stableMemory: module.memories.length + 1,
    stableMarks: module.memories.length + 2,
    replacedImports: new Map(replaced.map(({ index }, at) => [index, plainHelpers + at])),
    outOfInstructions: first,
    callToNothing: first + 1,
    segmentDropped: first + 2,
    chargeSize: first + 3,
    touched: first + 4,
    written: first + 5,
    grow: first + 6,
    markRange: first + 7,
    fill: first + 8,
    copy: first + 9,
    markReads: first + 10,
  };
  const hookTable = module.tables.length;
  const firstHookType = module.types.length;
  const context = { module, appended, form, memory64, hookTable, firstHookType };
  const helpers = helperFunctions(context, replaced);
  return {
    prefix: unusedPrefix(module),
    memory64,
    hasMemory,
    usesStable: replaced.length > 0,
    mutableGlobals,
    helpers,
    appended,
    hookTable,
  };
}

function unusedPrefix(module: WasmModule): string {
  let prefix = "workbench:";
  while (module.exports.some(({ name }) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}
