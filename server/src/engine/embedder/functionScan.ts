import type { FunctionType, WasmModule } from "../../wasm/module.ts";
import { OperatorReader } from "../../wasm/operatorReader.ts";
import { AccessMarks, type MarkingRule, noMark } from "./accessMarks.ts";
import { AddressValues, constantRoot } from "./addressValues.ts";
import type { ControlFrame } from "./controlFrame.ts";
import { constantAddress, operatorsPerCharge, operatorsPerTest, siteKinds } from "./functionSites.ts";
import { accessBytes, isStoreSlot } from "./memoryAccesses.ts";
import { absorbedNans, producedNans } from "./nanOperators.ts";
import { leavesCount, takesCount } from "./operandCounts.ts";

/**
 * Finds the places of one function body where something must be injected. One object serves all functions of a module
 * and is overwritten by each `scan`.
 */
export class FunctionScan {
  /** Sites in order of their offsets: a kind of `siteKinds` each. */
  readonly kinds: number[] = [];
  /** Offset of the first byte that the site stands before or replaces. */
  readonly starts: number[] = [];
  /** Offset where copying goes on. */
  readonly ends: number[] = [];
  readonly values: number[] = [];
  readonly extras: number[] = [];
  /** Of accesses the offset of the second mark; of sites that need the counter, the instructions that they pay for. */
  readonly highs: number[] = [];
  /** Dense operator number of the access. */
  readonly slots: number[] = [];
  /** Whether the body calls functions outside of its loops. */
  callsOutsideLoops = false;
  private openLoops = 0;
  /** Operators of the body, with those that the network's instrumentation adds. */
  operators = 0;
  /** Why the body cannot be instrumented. */
  problem: string | undefined;

  private readonly module: WasmModule;
  private readonly costs: Uint16Array;
  private readonly frames: ControlFrame[] = [];
  private readonly addresses = new AddressValues();
  /** By site: distance of the address that its offsets are relative to. */
  private readonly bases: number[] = [];
  /** Index among the sites of the NaN site behind which a value came; -2 - n for what local n holds, else -1. */
  private readonly stackNans: number[] = [];
  /** Whether NaNs are followed: the function has locals of floats, or there was a NaN site. */
  private hasNans = false;
  /** Shape of the NaNs of each local; undefined where there are no floats. */
  private localShapes: Uint8Array | undefined;
  /** A 1 for each local of floats whose bits can be seen somewhere. */
  private seenLocals = new Uint8Array(64);
  /** NaN sites whose values go to a local, in pairs. */
  private readonly keptSites: number[] = [];
  private readonly keptLocals: number[] = [];
  private readonly marks: AccessMarks;
  private readonly marksLoads: boolean;
  private readonly marksStores: boolean;
  private dead = false;
  /** Index among the sites of the point that is being added to; -1 in dead code. */
  private point = -1;
  private pointCost = 0;
  /** Whether static points are paid for together, where the counter is needed, or each where it begins. */
  private readonly joinsPoints: boolean;
  /** Instructions of static points passed that are not taken off the counter yet. */
  private owed = 0;
  /** The site that pays for the present point and what was owed before it; -1 for none. */
  private payer = -1;
  private blocks = 0;
  /** Blocks that a br_table leads to. */
  private readonly tableTargets = new Set<number>();
  private hasConflict = false;

  constructor(module: WasmModule, costs: Uint16Array, rule: MarkingRule, joinsPoints: boolean) {
    this.joinsPoints = joinsPoints;
    this.module = module;
    this.costs = costs;
    this.marks = new AccessMarks(rule);
    this.marksLoads = rule === "exactPages" || rule === "every";
    this.marksStores = rule !== "none";
  }

  /** Scans operators between two offsets; the type is that of the function, `locals` the number of all its locals. */
  scan(type: FunctionType, locals: number, start: number, end: number, localShapes?: Uint8Array): void {
    this.tableTargets.clear();
    this.hasConflict = false;
    this.walk(type, locals, start, end, localShapes);
    // The ways that meet behind a br_table owe different amounts: once more, with nothing owed there.
    if (this.hasConflict) this.walk(type, locals, start, end, localShapes);
  }

  private walk(type: FunctionType, locals: number, start: number, end: number, localShapes?: Uint8Array): void {
    this.reset(type, locals);
    this.followNans(localShapes);
    this.openPoint(siteKinds.chargeAndTest, start);
    this.pointCost = 1;
    const reader = new OperatorReader(this.module.bytes, start, end);
    while (reader.next()) {
      this.operators += 1;
      this.pointCost += this.costs[reader.slot] ?? 1;
      this.visit(reader);
      if (this.frames.length === 0) break;
    }
    if (reader.failed) this.problem = `unknown operator at offset ${reader.start}`;
    this.closePoint();
    for (const [at, site] of this.keptSites.entries()) {
      if (this.seenLocals[this.keptLocals[at] ?? 0] === 1) this.values[site] = 1;
    }
  }

  private followNans(localShapes: Uint8Array | undefined): void {
    this.localShapes = localShapes;
    this.hasNans = localShapes !== undefined;
    this.keptSites.length = 0;
    this.keptLocals.length = 0;
    const locals = localShapes?.length ?? 0;
    if (this.seenLocals.length < locals) this.seenLocals = new Uint8Array(locals * 2);
    else this.seenLocals.fill(0, 0, locals);
  }

  private reset(type: FunctionType, locals: number): void {
    const lists = [this.kinds, this.starts, this.ends, this.values, this.extras, this.highs, this.slots];
    for (const list of lists) list.length = 0;
    this.frames.length = 0;
    this.addresses.reset(locals);
    this.stackNans.length = 0;
    this.marks.truncate(0);
    this.callsOutsideLoops = false;
    this.openLoops = 0;
    this.operators = 0;
    this.owed = 0;
    this.payer = -1;
    this.blocks = 0;
    this.problem = undefined;
    this.dead = false;
    this.pushFrame(false, 0, type.results.length);
  }

  private visit(reader: OperatorReader): void {
    const { code } = reader;
    if (code === 0x03 || code === 0x04 || code === 0x05 || (0x0b <= code && code <= 0x0e)) {
      this.addSite(siteKinds.meet, reader.start, reader.start, 0, 0, 0);
    }
    switch (code) {
      case 0x02:
      case 0x03:
      case 0x04:
        this.visitBlock(reader);
        return;
      case 0x05:
        this.visitElse(reader);
        return;
      case 0x0b:
        this.visitEnd(reader);
        return;
      case 0x0c:
      case 0x0e:
        this.branch(reader, code === 0x0e ? reader.labels : [reader.first]);
        this.endOfPath(reader);
        return;
      case 0x0d:
        this.pop(1);
        // What is carried to the label stays on the stack as well.
        if (this.hasNans) this.showNans(this.frames.at(-1)?.height ?? 0);
        this.branch(reader, [reader.first]);
        this.openPoint(siteKinds.charge, reader.at);
        return;
      case 0x00:
      case 0x0f:
      case 0x12:
      case 0x13:
        if (code >= 0x12) this.noteCall();
        this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
        this.endOfPath(reader);
        return;
      case 0x10:
        this.visitCall(reader, this.module.functions[reader.first] ?? -1, 0);
        return;
      case 0x11:
        this.visitCall(reader, reader.first, 1);
        return;
      default:
        this.visitPlain(reader);
        return;
    }
  }

  private visitBlock(reader: OperatorReader): void {
    const { code, first } = reader;
    if (code === 0x04) this.pop(1);
    const type = first >= 0 ? this.module.types[first] : undefined;
    const params = type?.params.length ?? 0;
    if (this.hasNans && params > 0) this.showNans(0);
    const results = type?.results.length ?? (first === -64 ? 0 : 1);
    if (code !== 0x02) this.closePoint();
    this.pushFrame(code === 0x03, params, results);
    if (code === 0x02) return;
    this.beginOwing(code === 0x03, reader.start);
    if (code === 0x03) {
      // What a loop takes comes from its end, too.
      this.setHeight(this.addresses.height - params);
      this.push(params);
      this.addresses.forgetLocals();
      this.openPoint(siteKinds.chargeAndTest, reader.at);
    } else this.openPoint(siteKinds.charge, reader.at);
  }

  private visitElse(reader: OperatorReader): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    this.closePoint();
    if (!this.dead) this.payDownTo(frame.owedAtEnd ?? 0, reader.start);
    this.dead = frame.dead;
    this.owed = frame.owedAtStart;
    this.marks.truncate(frame.marks);
    this.addresses.meet();
    if (this.hasNans) this.showNans(frame.height);
    this.setHeight(frame.height);
    this.push(frame.params);
    this.openPoint(siteKinds.charge, reader.at);
  }

  private visitEnd(reader: OperatorReader): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    if (frame.isLoop) this.openLoops -= 1;
    if (this.frames.length === 0) this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
    this.closePoint();
    if (!frame.isLoop && frame.owedAtEnd !== undefined) {
      if (!this.dead) this.payDownTo(frame.owedAtEnd, reader.start);
      this.owed = frame.owedAtEnd;
    } else if (this.dead) this.owed = 0;
    this.dead = frame.dead;
    this.marks.truncate(frame.marks);
    if (!frame.isLoop) this.addresses.meet();
    this.addresses.endBlock(frame.outerBlock);
    if (this.hasNans) this.showNans(frame.height);
    this.setHeight(frame.height);
    this.push(frame.results);
    if (this.frames.length > 0) this.openPoint(siteKinds.charge, reader.at);
  }

  /** At the head of a loop nothing is owed; around an if whose condition does not hold, what is owed before it. */
  private beginOwing(isLoop: boolean, offset: number): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined && !isLoop) frame.owedAtEnd ??= this.owed;
    this.payDownTo(isLoop ? 0 : (frame?.owedAtEnd ?? 0), offset);
    if (frame !== undefined) frame.owedAtStart = this.owed;
  }

  /** Ends a point with a branch. One out of the function is a return. */
  private branch(reader: OperatorReader, labels: readonly number[]): void {
    const last = this.frames.length - 1;
    if (labels.includes(last)) this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
    this.closePoint();
    if (this.dead) return;
    let due: number | undefined;
    for (const label of labels) {
      const target = this.frames[last - label];
      if (labels.length > 1) this.tableTargets.add(target?.ordinal ?? 0);
      const owedThere = target === undefined || label === last || target.isLoop ? 0 : target.owedAtEnd;
      this.hasConflict ||= this.joinsPoints && owedThere !== undefined && due !== undefined && owedThere !== due;
      due ??= owedThere;
    }
    this.payDownTo(due ?? this.owed, reader.start);
    for (const label of labels) {
      const target = this.frames[last - label];
      if (target !== undefined && !target.isLoop) target.owedAtEnd ??= this.owed;
    }
  }

  /** Takes off the counter what is owed beyond an amount, or gives back what lacks. */
  private payDownTo(amount: number, offset: number): void {
    if (this.owed === amount || !this.joinsPoints || this.dead) return;
    this.addSite(siteKinds.charge, offset, offset, this.owed - amount, 0, 0);
    this.owed = amount;
  }

  /** A site that needs the counter as it is: it pays for all of the present point and what was owed before. */
  private addPayingSite(kind: number, start: number, end: number, value: number): void {
    this.addSite(kind, start, end, value, 0, 0);
    if (!this.dead && this.payer < 0) this.payer = this.kinds.length - 1;
  }

  private endOfPath(reader: OperatorReader): void {
    this.closePoint();
    this.dead = true;
    this.openPoint(siteKinds.charge, reader.at);
  }

  private visitCall(reader: OperatorReader, typeIndex: number, operands: number): void {
    const type = this.module.types[typeIndex];
    this.noteCall();
    this.addPayingSite(siteKinds.call, reader.start, reader.at, reader.code === 0x10 ? reader.first : -1);
    this.pop(operands + (type?.params.length ?? 0));
    this.push(type?.results.length ?? 0);
  }

  private noteCall(): void {
    if (!this.dead && this.openLoops === 0) this.callsOutsideLoops = true;
  }

  private visitPlain(reader: OperatorReader): void {
    const { code, first } = reader;
    if (this.dead) return;
    switch (code) {
      case 0x20:
        this.pushLocal(first);
        return;
      case 0x21:
      case 0x22:
        this.addresses.assign(first);
        this.popToLocal(first);
        if (code === 0x22) this.pushLocal(first);
        return;
      case 0x41:
        this.pushAddress(constantRoot, first);
        return;
      case 0x6a:
      case 0x6b: {
        const [root, distance] = this.addresses.sum(code === 0x6a ? 1 : -1);
        this.pop(2);
        this.pushAddress(root, distance);
        return;
      }
      case 0x40:
        this.addPayingSite(siteKinds.grow, reader.start, reader.at, 0);
        break;
      case 0xfc08:
        this.addPayingSite(siteKinds.init, reader.start, reader.at, 0);
        break;
      case 0xfc09:
        this.addSite(siteKinds.drop, reader.start, reader.at, 0, 0, 0);
        break;
      case 0xfc0a:
        this.addPayingSite(siteKinds.copy, reader.start, reader.at, 0);
        break;
      case 0xfc0b:
        this.addPayingSite(siteKinds.fill, reader.start, reader.at, 0);
        break;
      default:
        this.visitOther(reader);
    }
    this.pop(takesCount[reader.slot] ?? 0, absorbedNans[reader.slot]);
    this.push(leavesCount[reader.slot] ?? 0);
    const shape = producedNans[reader.slot] ?? 0;
    if (shape > 0) this.noteNan(reader, shape);
  }

  private visitOther(reader: OperatorReader): void {
    const bytes = accessBytes[reader.slot] ?? 0;
    if (bytes === 0) return;
    if (isStoreSlot[reader.slot] === 1 ? this.marksStores : this.marksLoads) this.visitAccess(reader, bytes);
  }

  private visitAccess(reader: OperatorReader, bytes: number): void {
    const { slot } = reader;
    const { marks, kinds, addresses } = this;
    const addressAt = addresses.height - (takesCount[slot] ?? 0);
    const root = addresses.rootAt(addressAt);
    const distance = addresses.distanceAt(addressAt);
    const low = distance + reader.second;
    const site = kinds.length;
    if (marks.visit(root, low, low + bytes - 1, isStoreSlot[slot] === 1, site)) {
      const holder = root === constantRoot ? constantAddress : addresses.holderOf(root);
      const base = root === constantRoot ? 0 : holder < 0 ? distance : addresses.distanceOf(holder);
      this.addSite(siteKinds.access, reader.start, reader.at, holder, 0, slot);
      this.bases[site] = base;
      this.setMarks(site);
    } else if (marks.joined >= 0) this.setMarks(marks.joined);
    if (marks.replaced >= 0) {
      this.extras[marks.replaced] = noMark;
      this.highs[marks.replaced] = noMark;
    }
  }

  private setMarks(site: number): void {
    const { low, high } = this.marks;
    const base = this.bases[site] ?? 0;
    this.extras[site] = low === noMark ? noMark : low - base;
    this.highs[site] = high === noMark ? noMark : high - base;
  }

  private pushLocal(local: number): void {
    this.addresses.pushLocal(local);
    if (this.hasNans) this.stackNans.push(-2 - local);
  }

  private pushAddress(root: number, distance: number): void {
    this.addresses.push(root, distance);
    if (this.hasNans) this.stackNans.push(-1);
  }

  private push(count: number): void {
    this.addresses.setHeight(this.addresses.height + count);
    if (this.hasNans) for (let left = count; left > 0; left--) this.stackNans.push(-1);
  }

  /** Takes operands; `absorbed` is the shape of NaNs whose bits make no difference to who takes them. */
  private pop(count: number, absorbed = 0): void {
    const floor = this.frames.at(-1)?.height ?? 0;
    const height = Math.max(floor, this.addresses.height - count);
    if (this.hasNans) this.showNans(height, absorbed);
    this.setHeight(height);
  }

  private noteNan(reader: OperatorReader, shape: number): void {
    if (!this.hasNans) {
      this.hasNans = true;
      while (this.stackNans.length < this.addresses.height) this.stackNans.push(-1);
    }
    this.stackNans[this.stackNans.length - 1] = this.kinds.length;
    this.addSite(siteKinds.nan, reader.at, reader.at, 0, shape, 0);
  }

  /** The bits of the values from a height on can be seen, but for those of a shape. */
  private showNans(height: number, absorbed = 0): void {
    for (let at = height; at < this.stackNans.length; at++) {
      const site = this.stackNans[at] ?? -1;
      if (site >= 0) {
        if (this.extras[site] !== absorbed) this.values[site] = 1;
      } else if (site < -1 && this.localShapes !== undefined) {
        const local = -2 - site;
        if (this.localShapes[local] !== absorbed) this.seenLocals[local] = 1;
      }
    }
  }

  /** Takes a value into a local. Whether its bits can be seen is known when all uses of the local are. */
  private popToLocal(local: number): void {
    const top = this.stackNans.length - 1;
    const site = this.stackNans[top] ?? -1;
    if (this.hasNans && site >= 0 && this.extras[site] === this.localShapes?.[local]) {
      this.keptSites.push(site);
      this.keptLocals.push(local);
      this.stackNans[top] = -1;
    }
    this.pop(1);
  }

  private setHeight(height: number): void {
    if (this.addresses.height > height) {
      this.addresses.setHeight(height);
      if (this.hasNans) this.stackNans.length = height;
    } else this.push(height - this.addresses.height);
  }

  private pushFrame(isLoop: boolean, params: number, results: number): void {
    this.frames.push({
      isLoop,
      height: Math.max(this.frames.at(-1)?.height ?? 0, this.addresses.height - params),
      params,
      results,
      marks: this.marks.length,
      outerBlock: this.addresses.beginBlock(),
      ordinal: this.blocks,
      owedAtEnd: this.tableTargets.has(this.blocks) ? 0 : undefined,
      owedAtStart: 0,
      dead: this.dead,
    });
    this.blocks += 1;
    if (isLoop) this.openLoops += 1;
  }

  private openPoint(kind: number, offset: number): void {
    this.point = -1;
    this.pointCost = 0;
    if (this.dead) return;
    this.point = this.kinds.length;
    this.addSite(kind, offset, offset, 0, 0, 0);
  }

  private closePoint(): void {
    if (this.point < 0) return;
    const cost = this.pointCost;
    this.operators += this.kinds[this.point] === siteKinds.charge ? 0 : operatorsPerTest;
    this.operators += cost === 0 ? 0 : operatorsPerCharge;
    if (!this.joinsPoints) this.values[this.point] = cost;
    else if (this.payer >= 0) {
      this.highs[this.payer] = this.owed + cost;
      this.owed = 0;
    } else this.owed += cost;
    this.point = -1;
    this.payer = -1;
  }

  private addSite(kind: number, start: number, end: number, value: number, low: number, slot: number): void {
    if (this.dead) return;
    // Only within a run of accesses may a site stand for what comes later.
    if (kind !== siteKinds.access && kind !== siteKinds.nan) this.marks.endRun();
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
    this.values.push(value);
    this.extras.push(low);
    this.highs.push(0);
    this.slots.push(slot);
  }
}
