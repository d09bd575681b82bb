import { ByteReader } from "../../wasm/byteReader.ts";
import { ByteWriter } from "../../wasm/byteWriter.ts";
import { type ByteSpan, type FunctionType, valueTypes, type WasmModule } from "../../wasm/module.ts";
import { OperatorReader } from "../../wasm/operatorReader.ts";
import { type MarkingRule, noMark } from "./accessMarks.ts";
import type { MeteringProfile } from "./contract.ts";
import { FunctionScan } from "./functionScan.ts";
import { constantAddress, counterPlaces, type FunctionSites, siteKinds } from "./functionSites.ts";
import { instructionCosts } from "./instructionCosts.ts";
import { isStoreSlot, operandAboveAddress } from "./memoryAccesses.ts";
import { functionProblem } from "./moduleValidation.ts";
import { nanShapes, shapeOfLocal } from "./nanOperators.ts";
import { pageMaps } from "./pageMaps.ts";

/** Indices in the rewritten module of what is appended to it. */
export interface AppendedIndices {
  readonly counterGlobal: number;
  readonly dirtyMemory: number;
  /** The stable memory and its marks, laid out as `stableLayout`, where there are replaced imports. */
  readonly stableMemory: number;
  readonly stableMarks: number;
  /** Functions to call instead of imported ones. */
  readonly replacedImports: ReadonlyMap<number, number>;
  readonly outOfInstructions: number;
  readonly callToNothing: number;
  readonly segmentDropped: number;
  readonly grow: number;
  readonly fill: number;
  readonly copy: number;
  /** Marks the pages of a range. */
  readonly markRange: number;
  /** Marks the 64 KiB pages of a range that is read. */
  readonly markReads: number;
  /** Charges a size in bytes. */
  readonly chargeSize: number;
  /** Tell the host of bytes whose pages may not be charged yet. */
  readonly touched: number;
  readonly written: number;
}

/**
 * Where code keeps the counter. Always in its global: exact even after a trap, and where the counter is below zero the
 * host is called and may let the execution go on. In a local between calls: faster, and where the counter is below zero
 * the code traps.
 */
export type CounterPlace = "global" | "local";

/** How a module is rewritten. */
export interface RewriteForm {
  readonly counterPlace: CounterPlace;
  readonly meteringProfile: MeteringProfile;
  /** Whether code reaches stable memory in a memory of its own (`stableLayout`). */
  readonly stableInside: boolean;
  /** Leaves out marks and the canonical bits of NaNs, so that nothing can be rolled back: to measure metering alone. */
  readonly onlyMetered?: boolean;
}

/** How accesses are marked in each form: where the tracker counts, the exact form asks at each whether a page is new. */
function markingRule({ counterPlace, meteringProfile, onlyMetered }: RewriteForm): MarkingRule {
  if (onlyMetered === true) return "none";
  if (meteringProfile === "classic") return "writes";
  return counterPlace === "local" ? "exactPages" : "every";
}

/** Numbers of the locals that are added to bodies; of some there is one for each type, whose last three bits are added. */
const scratchLocals = {
  counter: 0,
  address: 1,
  size: 2,
  source: 3,
  target: 4,
  index: 5,
  index64: 6,
  valueOfType: 8,
  nanOfType: 16,
} as const;

/** Compares the counter on the stack with 0 and begins what is done below. */
const ifNegative = [0x42, 0x00, 0x53, 0x04, 0x40];

/** Rewrites function bodies one after the other; see section 4 of the metering rules in `instructionCosts.ts`. */
export class FunctionRewriter {
  /** Operators of the bodies rewritten so far, with those that the network's instrumentation adds. */
  operators = 0;

  private readonly module: WasmModule;
  private readonly appended: AppendedIndices;
  private readonly counterPlace: CounterPlace;
  private readonly canonicalNans: boolean;
  private readonly marking: MarkingRule;
  private readonly memory64: boolean;
  private readonly reader: OperatorReader;
  private readonly scanner: FunctionScan;
  private readonly sites: FunctionSites;
  private readonly code = new ByteWriter(4096);
  private readonly declarations = new ByteWriter(32);
  /** Locals added to the body, by number of `scratchLocals`; -1 for those that it does not need. */
  private readonly scratch = new Int32Array(32);
  private readonly scratchTypes: number[] = [];
  private firstScratch = 0;
  /** The bytes of a mark behind its page. */
  private readonly writtenMark: Uint8Array;
  private readonly touchedMark: Uint8Array;

  constructor(module: WasmModule, appended: AppendedIndices, form: RewriteForm) {
    this.module = module;
    this.appended = appended;
    this.counterPlace = form.counterPlace;
    this.marking = markingRule(form);
    this.canonicalNans = form.onlyMetered !== true;
    this.memory64 = module.memories[0]?.is64 ?? false;
    this.writtenMark = this.markBytes(true);
    this.touchedMark = this.markBytes(false);
    this.reader = new OperatorReader(module.bytes);
    this.scanner = new FunctionScan(
      module,
      instructionCosts(this.memory64),
      this.marking,
      this.counterPlace === "local",
    );
    this.sites = this.scanner.sites;
  }

  /** Writes the rewritten body with its size; undefined, or why the module cannot be executed, as a sentence. */
  rewrite(index: number, type: FunctionType, body: ByteSpan, out: ByteWriter): string | undefined {
    const { scanner, code, reader, declarations } = this;
    reader.moveTo(body.start, body.end);
    const groups = reader.u32();
    const groupsStart = reader.at;
    let locals = type.params.length;
    let hasFloats = hasFloatParams(type);
    for (let left = groups; left > 0 && !reader.failed; left--) {
      locals += reader.u32();
      hasFloats = shapeOfLocal(reader.byte()) > 0 || hasFloats;
    }
    if (reader.failed || locals > 1_000_000) {
      const number = this.module.importedFunctions + index;
      return `The function at index ${number} cannot be executed here: local declarations that cannot be read.`;
    }
    const codeStart = reader.at;
    scanner.scan(reader, type, locals, hasFloats ? this.localShapes(type, body, locals) : undefined);
    const problem = functionProblem(index, scanner);
    if (problem !== undefined) return problem;
    this.operators += scanner.operators;
    this.firstScratch = locals;
    this.scratch.fill(-1);
    this.scratchTypes.length = 0;
    code.clear();
    this.writeCode(codeStart, body.end);
    declarations.clear();
    declarations.unsigned(groups + this.scratchTypes.length);
    declarations.span(this.module.bytes, groupsStart, codeStart);
    for (const scratchType of this.scratchTypes) {
      declarations.byte(1);
      declarations.byte(scratchType);
    }
    out.unsigned(declarations.length + code.length);
    out.append(declarations);
    out.append(code);
    return undefined;
  }

  private localShapes(type: FunctionType, body: ByteSpan, locals: number): Uint8Array {
    const shapes = new Uint8Array(locals);
    shapes.set(type.params.map(shapeOfLocal));
    const reader = new ByteReader(this.module.bytes, body.start, body.end);
    let first = type.params.length;
    for (let left = reader.u32(); left > 0; left--) {
      const next = first + reader.u32();
      shapes.fill(shapeOfLocal(reader.byte()), first, next);
      first = next;
    }
    return shapes;
  }

  private writeCode(start: number, end: number): void {
    const { sites, code } = this;
    const { bytes } = this.module;
    let copied = start;
    for (let site = 0; site < sites.length; site++) {
      const siteStart = sites.starts[site] ?? end;
      if (siteStart > copied) code.span(bytes, copied, siteStart);
      this.writeSite(site, sites.kinds[site] ?? 0, sites.values[site] ?? 0);
      copied = sites.ends[site] ?? end;
    }
    code.span(bytes, copied, end);
  }

  private writeSite(site: number, kind: number, value: number): void {
    switch (kind) {
      case siteKinds.access:
        this.writeAccess(site, value);
        return;
      case siteKinds.call:
        this.flushCounter(site);
        this.guardIndirectCall(site);
        this.writeCall(site, value);
        return;
      case siteKinds.charge:
        this.writeCharge(value);
        return;
      case siteKinds.chargeAndTest:
        this.writeTest(value, site === 0);
        return;
      case siteKinds.meet:
        this.loadCounter(site);
        return;
      case siteKinds.leave:
        this.flushCounter(site);
        this.guardIndirectCall(site);
        return;
      case siteKinds.grow:
        this.writeHelperCall(site, this.appended.grow);
        return;
      case siteKinds.fill:
        this.writeHelperCall(site, this.appended.fill);
        return;
      case siteKinds.copy:
        this.writeHelperCall(site, this.appended.copy);
        return;
      case siteKinds.init:
        this.writeInit(site);
        return;
      case siteKinds.nan:
        if (value === 1 && this.canonicalNans) this.writeCanonicalNan(this.sites.slots[site] ?? 0);
        return;
      case siteKinds.drop:
        this.copySite(site);
        this.op(0x10, this.appended.segmentDropped);
        return;
    }
  }

  private writeCharge(cost: number): void {
    if (cost === 0) return;
    const isLocal = this.counterPlace === "local";
    this.pushCharged(cost, isLocal);
    if (isLocal) this.op(0x21, this.counterLocal());
    else this.op(0x24, this.appended.counterGlobal);
  }

  /** The fast form charges later (`FunctionScan`): its tests only see to it that nothing goes on for ever. */
  private writeTest(cost: number, isEntry: boolean): void {
    const { code, appended } = this;
    // A function that calls only from its loops ends or comes to a test before it calls.
    if (this.counterPlace === "local" && isEntry && !this.scanner.callsOutsideLoops) return;
    const counter = this.counterLocal();
    if (this.counterPlace === "global") {
      this.pushCharged(cost, false);
      this.op(0x22, counter);
      this.op(0x24, appended.counterGlobal);
      this.op(0x20, counter);
      code.bytes(ifNegative);
      this.op(0x10, appended.outOfInstructions);
      code.byte(0x0b);
      return;
    }
    if (isEntry) {
      this.op(0x23, appended.counterGlobal);
      this.op(0x22, counter);
    } else this.op(0x20, counter);
    code.bytes(ifNegative);
    if (!isEntry) {
      this.op(0x20, counter);
      this.op(0x24, appended.counterGlobal);
    }
    // No call: V8 unrolls and peels only loops without calls.
    code.byte(0x00);
    code.byte(0x0b);
  }

  private pushCharged(cost: number, fromLocal: boolean): void {
    if (fromLocal) this.op(0x20, this.counterLocal());
    else this.op(0x23, this.appended.counterGlobal);
    if (cost === 0) return;
    this.code.byte(0x42);
    this.code.signed(cost);
    this.code.byte(0x7d);
  }

  private writeAccess(site: number, local: number): void {
    const { sites } = this;
    const slot = sites.slots[site] ?? 0;
    let address = local;
    if (local === -1) {
      address = this.scratchLocal(scratchLocals.address, this.addressType);
      const above = operandAboveAddress[slot] ?? 0;
      if (above === 0) this.op(0x22, address);
      else {
        const valueLocal = this.scratchLocal(scratchLocals.valueOfType + (above & 7), above);
        this.op(0x21, valueLocal);
        this.op(0x22, address);
        this.op(0x20, valueLocal);
      }
    }
    this.copySite(site);
    const isStore = isStoreSlot[slot] === 1;
    const low = sites.lows[site] ?? noMark;
    const high = sites.highs[site] ?? noMark;
    if (isStore || this.marking === "exactPages") {
      if (low !== noMark) this.writeMark(address, low, isStore);
      if (high !== noMark && high !== low) this.writeMark(address, high, isStore);
    }
    if (this.marking === "every") this.writePageQuestion(address, low, high, isStore);
  }

  private writeMark(address: number, offset: number, isStore: boolean): void {
    this.pushAddress(address, offset);
    this.code.bytes(isStore ? this.writtenMark : this.touchedMark);
  }

  /** Shifts the address on the stack to its page, and writes a 1 into a map. */
  private markBytes(isStore: boolean): Uint8Array {
    const bytes = new ByteWriter(32);
    bytes.bytes(this.pageOf(isStore ? 12 : 16));
    bytes.bytes([0x41, 1, 0x3a, 0x40]);
    bytes.unsigned(this.appended.dirtyMemory);
    bytes.unsigned(isStore ? 0 : pageMaps(this.memory64).touched);
    return bytes.toBytes();
  }

  /** Tells the host of an access to a 64 KiB page that is not known as touched, or as written, yet. */
  private writePageQuestion(address: number, low: number, high: number, isStore: boolean): void {
    const { code, appended } = this;
    const maps = pageMaps(this.memory64);
    for (const offset of low === high ? [low] : [low, high]) {
      this.pushAddress(address, offset);
      code.bytes(this.pageOf(16));
      code.bytes([0x2d, 0x40]);
      code.unsigned(appended.dirtyMemory);
      code.unsigned(isStore ? maps.written : maps.touched);
    }
    if (low !== high) code.byte(0x71);
    code.bytes([0x45, 0x04, 0x40]);
    this.pushAddress(address, low);
    code.byte(this.memory64 ? 0x42 : 0x41);
    code.signed(high - low + 1);
    this.op(0x10, isStore ? appended.written : appended.touched);
    code.byte(0x0b);
  }

  private pageOf(shift: number): readonly number[] {
    return this.memory64 ? [0x42, shift, 0x88, 0xa7] : [0x41, shift, 0x76];
  }

  private pushAddress(address: number, offset: number): void {
    const { code } = this;
    if (address === constantAddress) {
      code.byte(0x41);
      code.signed(offset | 0);
      return;
    }
    this.op(0x20, address);
    if (offset === 0) return;
    code.byte(this.memory64 ? 0x42 : 0x41);
    code.signed(this.memory64 ? offset : offset | 0);
    code.byte(this.memory64 ? 0x7c : 0x6a);
  }

  private get addressType(): number {
    return this.memory64 ? valueTypes.i64 : valueTypes.i32;
  }

  /** memory.init: the size is charged before, the written range marked behind. */
  private writeInit(site: number): void {
    const size = this.scratchLocal(scratchLocals.size, valueTypes.i32);
    const source = this.scratchLocal(scratchLocals.source, valueTypes.i32);
    const target = this.scratchLocal(scratchLocals.target, this.addressType);
    const pushSize = () => {
      this.op(0x20, size);
      if (this.memory64) this.code.byte(0xad);
    };
    this.op(0x21, size);
    this.op(0x21, source);
    this.op(0x21, target);
    this.flushCounter(site);
    pushSize();
    this.op(0x10, this.appended.chargeSize);
    this.op(0x20, target);
    this.op(0x20, source);
    this.op(0x20, size);
    this.copySite(site);
    this.op(0x20, target);
    pushSize();
    this.op(0x10, this.appended.markRange);
  }

  /**
   * V8 has one word for an indirect call of nothing and for one of a function of another type, the replica two. In the
   * exact form, which runs after a trap to tell what it was, the first is found before the call.
   */
  private guardIndirectCall(site: number): void {
    if (this.counterPlace === "local") return;
    const { bytes, tables } = this.module;
    const at = this.sites.starts[site] ?? 0;
    const reader = new ByteReader(bytes, at, bytes.length);
    const code = reader.byte();
    if (code !== 0x11 && code !== 0x13) return;
    reader.u32();
    const table = reader.u32();
    const is64 = tables[table]?.limits.is64 ?? false;
    const index = this.scratchLocal(
      is64 ? scratchLocals.index64 : scratchLocals.index,
      is64 ? valueTypes.i64 : valueTypes.i32,
    );
    this.op(0x22, index);
    this.op(0x25, table);
    this.code.bytes([0xd1, 0x04, 0x40]);
    this.op(0x10, this.appended.callToNothing);
    this.code.byte(0x0b);
    this.op(0x20, index);
  }

  /** Makes the value on the stack canonical where it is no number. */
  private writeCanonicalNan(shapeNumber: number): void {
    const shape = nanShapes[shapeNumber];
    if (shape === undefined) return;
    const local = this.scratchLocal(scratchLocals.nanOfType + (shape.type & 7), shape.type);
    this.op(0x22, local);
    if (shape.differs !== undefined) {
      // A branch that is hardly ever taken costs less than a choice that waits for the comparison.
      this.op(0x20, local);
      this.code.bytes([...shape.differs, 0x04, 0x40, ...shape.constant]);
      this.op(0x21, local);
      this.code.byte(0x0b);
      this.op(0x20, local);
      return;
    }
    this.code.bytes(shape.constant);
    this.op(0x20, local);
    this.op(0x20, local);
    this.code.bytes(shape.choose);
  }

  private writeCall(site: number, callee: number): void {
    const replacement = this.appended.replacedImports.get(callee);
    if (replacement === undefined) this.copySite(site);
    else this.op(0x10, replacement);
  }

  private writeHelperCall(site: number, helper: number): void {
    this.flushCounter(site);
    this.op(0x10, helper);
  }

  private copySite(site: number): void {
    this.code.span(this.module.bytes, this.sites.starts[site] ?? 0, this.sites.ends[site] ?? 0);
  }

  /** Brings the global up to date, with what the site pays for. */
  private flushCounter(site: number): void {
    if (this.counterPlace === "global") return;
    const cost = this.sites.costs[site] ?? 0;
    const place = this.counterAt(site);
    if (cost === 0 && place !== counterPlaces.local) return;
    this.pushCharged(cost, place !== counterPlaces.global);
    // Behind a conditional return the code goes on with the local.
    if (cost !== 0 && this.module.bytes[this.sites.starts[site] ?? 0] === 0x0d) this.op(0x22, this.counterLocal());
    this.op(0x24, this.appended.counterGlobal);
  }

  /** Brings the local up to date. */
  private loadCounter(site: number): void {
    if (this.counterAt(site) !== counterPlaces.global) return;
    this.op(0x23, this.appended.counterGlobal);
    this.op(0x21, this.counterLocal());
  }

  private counterAt(site: number): number {
    const place = this.sites.counters[site] ?? counterPlaces.global;
    if (place !== counterPlaces.asAtEntry) return place;
    return this.scanner.callsOutsideLoops ? counterPlaces.both : counterPlaces.global;
  }

  private counterLocal(): number {
    return this.scratchLocal(scratchLocals.counter, valueTypes.i64);
  }

  private scratchLocal(number: number, type: number): number {
    const known = this.scratch[number] ?? -1;
    if (known >= 0) return known;
    const index = this.firstScratch + this.scratchTypes.length;
    this.scratch[number] = index;
    this.scratchTypes.push(type);
    return index;
  }

  private op(code: number, index: number): void {
    this.code.byte(code);
    this.code.unsigned(index);
  }
}

function hasFloatParams({ params }: FunctionType): boolean {
  for (const type of params) if (shapeOfLocal(type) > 0) return true;
  return false;
}
