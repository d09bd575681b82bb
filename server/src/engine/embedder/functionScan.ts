import type { FunctionType, WasmModule } from "../../wasm/module.ts";
import type { OperatorReader } from "../../wasm/operatorReader.ts";
import { AccessMarks, type MarkingRule, noMark } from "./accessMarks.ts";
import { AddressValues, constantRoot } from "./addressValues.ts";
import { ControlFrames, undecided } from "./controlFrame.ts";
import {
  constantAddress,
  counterPlaces,
  FunctionSites,
  operatorsPerCharge,
  operatorsPerTest,
  siteKinds,
} from "./functionSites.ts";
import { accessBytes, isStoreSlot } from "./memoryAccesses.ts";
import { NanFlow } from "./nanFlow.ts";
import { absorbedNans, producedNans } from "./nanOperators.ts";
import { leavesCount, takesCount } from "./operandCounts.ts";
import { operatorWeights } from "./operatorComplexity.ts";
import { firstControlAction, scanActions } from "./scanActions.ts";

/**
 * Finds the places of one function body where something must be injected, and what the network limits in functions. One
 * object serves all functions of a module and is overwritten by each `scan`.
 */
export class FunctionScan {
  readonly sites = new FunctionSites();
  /** Whether the body calls functions outside of its loops. */
  callsOutsideLoops = false;
  /** Operators of the body, with those that the network's instrumentation adds. */
  operators = 0;
  /** Operators of the body alone. */
  size = 0;
  /** The sum of their weights; see `operatorWeights`. */
  complexity = 0;
  /** Code of an operator that canisters may not use, at which the scan ended; -1 for none. */
  refused = -1;
  /** Offset of what is no operator, at which the scan ended; -1 for none. */
  unreadable = -1;

  private readonly module: WasmModule;
  private readonly costs: Uint16Array;
  private readonly actions: Uint8Array;
  private readonly addresses = new AddressValues();
  private readonly nans = new NanFlow(this.sites);
  private readonly marks: AccessMarks;
  private readonly frames = new ControlFrames();
  private dead = false;
  /** Whether there is a static point that is being added to: not in dead code. */
  private isPointOpen = false;
  private pointTests = false;
  private pointCost = 0;
  /** The site of that point, where each is paid for where it begins. */
  private point = 0;
  /** Whether static points are paid for together, where the counter is needed, or each where it begins. */
  private readonly joinsPoints: boolean;
  /** Instructions of static points passed that are not taken off the counter yet. */
  private owed = 0;
  /** The site that pays for the present point and what was owed before it; -1 for none. */
  private payer = -1;
  /** Of `counterPlaces`. */
  private counterIn: number = counterPlaces.global;
  /** Blocks that a br_table leads to. */
  private readonly tableTargets = new Set<number>();
  private hasConflict = false;

  constructor(module: WasmModule, costs: Uint16Array, rule: MarkingRule, joinsPoints: boolean) {
    this.joinsPoints = joinsPoints;
    this.module = module;
    this.costs = costs;
    this.marks = new AccessMarks(rule);
    this.actions = scanActions(rule === "exactPages" || rule === "every", rule !== "none");
  }

  /** Scans operators from where the reader is; the type is that of the function, `locals` the number of all its locals. */
  scan(reader: OperatorReader, type: FunctionType, locals: number, localShapes?: Uint8Array): void {
    const { at, end } = reader;
    if (this.tableTargets.size > 0) this.tableTargets.clear();
    this.hasConflict = false;
    this.reset(type, locals, localShapes);
    this.walk(reader);
    if (!this.hasConflict) return;
    // The ways that meet behind a br_table owe different amounts: once more, with nothing owed there.
    reader.moveTo(at, end);
    this.reset(type, locals, localShapes);
    this.walk(reader);
  }

  private walk(reader: OperatorReader): void {
    const { costs, actions } = this;
    this.openPoint(siteKinds.chargeAndTest, reader.at);
    this.pointCost = 1;
    while (reader.next()) {
      const { slot } = reader;
      const weight = operatorWeights[slot] ?? 1;
      if (weight === 0) {
        this.refused = reader.code;
        return;
      }
      this.size += 1;
      this.complexity += weight;
      this.pointCost += costs[slot] ?? 1;
      const action = actions[slot] ?? 0;
      if (action >= firstControlAction) {
        this.visitControl(reader, action);
        if (this.frames.depth === 0) break;
      } else if (!this.dead) this.visitPlain(reader, action);
    }
    if (reader.failed) this.unreadable = reader.start;
    this.closePoint();
    this.operators += this.size;
    this.nans.end();
  }

  private reset(type: FunctionType, locals: number, localShapes: Uint8Array | undefined): void {
    this.sites.length = 0;
    this.frames.clear();
    this.addresses.reset(locals);
    this.nans.begin(localShapes);
    this.marks.truncate(0);
    this.callsOutsideLoops = false;
    this.operators = 0;
    this.size = 0;
    this.complexity = 0;
    this.refused = -1;
    this.unreadable = -1;
    this.owed = 0;
    this.payer = -1;
    this.dead = false;
    this.pushFrame(false, 0, type.results.length);
  }

  private visitControl(reader: OperatorReader, action: number): void {
    switch (action) {
      case 14: // block
        this.visitBlock(reader, false);
        return;
      case 15: // loop
        this.visitLoop(reader);
        return;
      case 16: // if
        this.visitIf(reader);
        return;
      case 17: // else
        this.visitElse(reader);
        return;
      case 18: // end
        this.visitEnd(reader);
        return;
      case 19: // br
        this.meet(reader.start);
        this.branch(reader);
        this.endOfPath(reader);
        return;
      case 20: // br_if
        this.meet(reader.start);
        this.pop(1, 0);
        // What is carried to the label stays on the stack as well.
        this.nans.show(this.frames.floor, 0);
        this.branch(reader);
        this.openPoint(siteKinds.charge, reader.at);
        return;
      case 21: // br_table
        this.meet(reader.start);
        this.branchByTable(reader);
        this.endOfPath(reader);
        return;
      case 22: // unreachable, return
        this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
        this.endOfPath(reader);
        return;
      case 23: // return_call, return_call_indirect
        this.noteCall();
        this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
        this.endOfPath(reader);
        return;
      case 24: // call
        this.visitCall(reader, this.module.functions[reader.first] ?? -1, 0, reader.first);
        return;
      case 25: // call_indirect
        this.visitCall(reader, reader.first, 1, -1);
        return;
    }
  }

  /** Paths part or meet behind this: the counter must be in its local. */
  private meet(offset: number): void {
    if (this.dead) return;
    this.marks.endRun();
    if (!this.joinsPoints || this.counterIn === counterPlaces.local || this.counterIn === counterPlaces.both) return;
    this.addSite(siteKinds.meet, offset, offset, 0, 0);
    this.counterIn = counterPlaces.both;
  }

  private visitBlock(reader: OperatorReader, isLoop: boolean): void {
    const { first } = reader;
    const type = first >= 0 ? this.module.types[first] : undefined;
    const params = type?.params.length ?? 0;
    if (params > 0) this.nans.show(0, 0);
    const results = type?.results.length ?? (first === -64 ? 0 : 1);
    this.pushFrame(isLoop, params, results);
  }

  private visitLoop(reader: OperatorReader): void {
    this.meet(reader.start);
    this.closePoint();
    this.visitBlock(reader, true);
    this.beginOwing(true, reader.start);
    // What a loop takes comes from its end, too.
    const params = this.frames.top?.params ?? 0;
    this.setHeight(this.addresses.height - params);
    this.addresses.setHeight(this.addresses.height + params);
    this.addresses.forgetLocals();
    this.openPoint(siteKinds.chargeAndTest, reader.at);
  }

  private visitIf(reader: OperatorReader): void {
    this.meet(reader.start);
    this.pop(1, 0);
    this.closePoint();
    this.visitBlock(reader, false);
    this.beginOwing(false, reader.start);
    this.openPoint(siteKinds.charge, reader.at);
  }

  private visitElse(reader: OperatorReader): void {
    this.meet(reader.start);
    const frame = this.frames.top;
    if (frame === undefined) return;
    this.closePoint();
    if (!this.dead) this.payDownTo(Math.max(0, frame.owedAtEnd), reader.start);
    this.dead = frame.dead;
    this.owed = frame.owedAtStart;
    this.marks.truncate(frame.marks);
    this.addresses.meet();
    this.refill(frame.height, frame.params);
    this.openPoint(siteKinds.charge, reader.at);
  }

  private visitEnd(reader: OperatorReader): void {
    this.meet(reader.start);
    const frame = this.frames.pop();
    if (frame === undefined) return;
    if (this.frames.depth === 0) this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
    this.closePoint();
    if (!frame.isLoop && frame.owedAtEnd !== undecided) {
      if (!this.dead) this.payDownTo(frame.owedAtEnd, reader.start);
      this.owed = frame.owedAtEnd;
    } else if (this.dead) this.owed = 0;
    this.dead = frame.dead;
    this.marks.truncate(frame.marks);
    if (!frame.isLoop) this.addresses.meet();
    this.addresses.endBlock(frame.outerBlock);
    this.refill(frame.height, frame.results);
    if (this.frames.depth > 0) this.openPoint(siteKinds.charge, reader.at);
  }

  /** In place of what lies on the stack from a height on come values of which nothing is known. */
  private refill(height: number, count: number): void {
    if (this.nans.top >= height) this.nans.show(height, 0);
    this.setHeight(height);
    if (count > 0) this.addresses.setHeight(height + count);
  }

  /** At the head of a loop nothing is owed; around an if whose condition does not hold, what is owed before it. */
  private beginOwing(isLoop: boolean, offset: number): void {
    const frame = this.frames.top;
    if (frame === undefined) return;
    if (!isLoop && frame.owedAtEnd === undecided) frame.owedAtEnd = this.owed;
    this.payDownTo(isLoop ? 0 : frame.owedAtEnd, offset);
    frame.owedAtStart = this.owed;
  }

  /** Ends a point with a branch to one label. One out of the function is a return. */
  private branch(reader: OperatorReader): void {
    const target = this.frames.target(reader.first);
    const isReturn = reader.first === this.frames.depth - 1;
    if (isReturn) this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
    this.closePoint();
    if (this.dead || target === undefined) return;
    const owedThere = isReturn || target.isLoop ? 0 : target.owedAtEnd;
    this.payDownTo(owedThere === undecided ? this.owed : owedThere, reader.start);
    if (target.owedAtEnd === undecided) target.owedAtEnd = this.owed;
  }

  private branchByTable(reader: OperatorReader): void {
    const { labels } = reader;
    const last = this.frames.depth - 1;
    if (labels.includes(last)) this.addPayingSite(siteKinds.leave, reader.start, reader.start, 0);
    this.closePoint();
    if (this.dead) return;
    let due = undecided;
    for (const label of labels) {
      const target = this.frames.target(label);
      if (labels.length > 1) this.tableTargets.add(target?.ordinal ?? 0);
      const owedThere = target === undefined || label === last || target.isLoop ? 0 : target.owedAtEnd;
      if (owedThere === undecided) continue;
      this.hasConflict ||= this.joinsPoints && due !== undecided && owedThere !== due;
      if (due === undecided) due = owedThere;
    }
    this.payDownTo(due === undecided ? this.owed : due, reader.start);
    for (const label of labels) {
      const target = this.frames.target(label);
      if (target?.owedAtEnd === undecided) target.owedAtEnd = this.owed;
    }
  }

  /** Takes off the counter what is owed beyond an amount, or gives back what lacks. */
  private payDownTo(amount: number, offset: number): void {
    if (this.owed === amount || !this.joinsPoints || this.dead) return;
    this.addSite(siteKinds.charge, offset, offset, this.owed - amount, 0);
    this.owed = amount;
    this.counterIn = counterPlaces.local;
  }

  /** A site that needs the counter as it is: it pays for all of the present point and what was owed before. */
  private addPayingSite(kind: number, start: number, end: number, value: number): void {
    if (this.dead) return;
    this.marks.endRun();
    const site = this.addSite(kind, start, end, value, 0);
    if (this.payer < 0) this.payer = site;
  }

  private endOfPath(reader: OperatorReader): void {
    this.closePoint();
    this.dead = true;
    this.openPoint(siteKinds.charge, reader.at);
  }

  private visitCall(reader: OperatorReader, typeIndex: number, operands: number, callee: number): void {
    const type = this.module.types[typeIndex];
    this.noteCall();
    this.addCall(siteKinds.call, reader, callee);
    this.pop(operands + (type?.params.length ?? 0), 0);
    this.addresses.setHeight(this.addresses.height + (type?.results.length ?? 0));
  }

  private noteCall(): void {
    if (!this.dead && this.frames.openLoops === 0) this.callsOutsideLoops = true;
  }

  /** A site behind which the counter is in its global. */
  private addCall(kind: number, reader: OperatorReader, value: number): void {
    this.addPayingSite(kind, reader.start, reader.at, value);
    if (this.joinsPoints) this.counterIn = counterPlaces.global;
  }

  private visitPlain(reader: OperatorReader, action: number): void {
    switch (action) {
      case 1: // local.get
        this.pushLocal(reader.first);
        return;
      case 2: // local.set
        this.popToLocal(reader.first);
        return;
      case 3: // local.tee
        this.popToLocal(reader.first);
        this.pushLocal(reader.first);
        return;
      case 4: // i32.const
        this.addresses.push(constantRoot, reader.first);
        return;
      case 5: // i32.add
        this.addresses.add(1);
        return;
      case 6: // i32.sub
        this.addresses.add(-1);
        return;
      case 7:
        this.visitAccess(reader);
        break;
      case 8:
        this.visitFloats(reader);
        return;
      case 9: // memory.grow
        this.addCall(siteKinds.grow, reader, 0);
        break;
      case 10: // memory.init
        this.addCall(siteKinds.init, reader, 0);
        break;
      case 11: // data.drop
        this.marks.endRun();
        this.addSite(siteKinds.drop, reader.start, reader.at, 0, 0);
        break;
      case 12: // memory.copy
        this.addCall(siteKinds.copy, reader, 0);
        break;
      case 13: // memory.fill
        this.addCall(siteKinds.fill, reader, 0);
        break;
    }
    this.pop(takesCount[reader.slot] ?? 0, 0);
    if (leavesCount[reader.slot] === 1) this.addresses.pushUnknown();
  }

  private visitFloats({ slot, at }: OperatorReader): void {
    this.pop(takesCount[slot] ?? 0, absorbedNans[slot] ?? 0);
    this.addresses.pushUnknown();
    const shape = producedNans[slot] ?? 0;
    if (shape > 0) this.nans.pushSite(this.addresses.height - 1, this.addSite(siteKinds.nan, at, at, 0, shape));
  }

  private visitAccess(reader: OperatorReader): void {
    const { slot } = reader;
    const { marks, sites, addresses } = this;
    const addressAt = addresses.height - (takesCount[slot] ?? 0);
    const root = addresses.rootAt(addressAt);
    const distance = addresses.distanceAt(addressAt);
    const low = distance + reader.second;
    const site = sites.length;
    if (marks.visit(root, low, low + (accessBytes[slot] ?? 0) - 1, isStoreSlot[slot] === 1, site)) {
      const holder = root === constantRoot ? constantAddress : addresses.holderOf(root);
      this.addSite(siteKinds.access, reader.start, reader.at, holder, slot);
      sites.bases[site] = root === constantRoot ? 0 : holder < 0 ? distance : addresses.distanceOf(holder);
      this.setMarks(site);
    } else if (marks.joined >= 0) this.setMarks(marks.joined);
    if (marks.replaced >= 0) {
      sites.lows[marks.replaced] = noMark;
      sites.highs[marks.replaced] = noMark;
    }
  }

  private setMarks(site: number): void {
    const { sites } = this;
    const { low, high } = this.marks;
    const base = sites.bases[site] ?? 0;
    sites.lows[site] = low === noMark ? noMark : low - base;
    sites.highs[site] = high === noMark ? noMark : high - base;
  }

  private pushLocal(local: number): void {
    this.nans.pushLocal(this.addresses.height, local);
    this.addresses.pushLocal(local);
  }

  /** Takes operands; `absorbed` is the shape of NaNs whose bits make no difference to who takes them. */
  private pop(count: number, absorbed: number): void {
    const height = Math.max(this.frames.floor, this.addresses.height - count);
    if (this.nans.top >= height) {
      this.nans.show(height, absorbed);
      this.nans.cut(height);
    }
    this.addresses.height = height;
  }

  private popToLocal(local: number): void {
    this.addresses.assign(local);
    if (this.nans.top >= 0) this.nans.keep(this.addresses.height - 1, local);
    this.pop(1, 0);
  }

  private setHeight(height: number): void {
    this.nans.cut(height);
    this.addresses.setHeight(height);
  }

  private pushFrame(isLoop: boolean, params: number, results: number): void {
    const frame = this.frames.push(isLoop, this.addresses.height - params, params, results);
    frame.marks = this.marks.length;
    frame.outerBlock = this.addresses.beginBlock();
    if (this.tableTargets.has(frame.ordinal)) frame.owedAtEnd = 0;
    frame.dead = this.dead;
  }

  /** Begins a static point. Where points are paid for together, the counter is now in its local, whatever way led here. */
  private openPoint(kind: number, offset: number): void {
    this.pointCost = 0;
    this.isPointOpen = !this.dead;
    if (this.dead) return;
    this.marks.endRun();
    this.pointTests = kind === siteKinds.chargeAndTest;
    if (this.pointTests || !this.joinsPoints) this.point = this.addSite(kind, offset, offset, 0, 0);
    if (!this.joinsPoints) return;
    this.counterIn = this.frames.blocks === 1 && this.pointTests ? counterPlaces.asAtEntry : counterPlaces.local;
  }

  private closePoint(): void {
    if (!this.isPointOpen) return;
    const cost = this.pointCost;
    this.operators += (this.pointTests ? operatorsPerTest : 0) + (cost === 0 ? 0 : operatorsPerCharge);
    if (!this.joinsPoints) this.sites.values[this.point] = cost;
    else if (this.payer >= 0) {
      this.sites.costs[this.payer] = this.owed + cost;
      this.owed = 0;
    } else this.owed += cost;
    this.isPointOpen = false;
    this.payer = -1;
  }

  private addSite(kind: number, start: number, end: number, value: number, slot: number): number {
    return this.sites.add(kind, start, end, value, slot, this.counterIn);
  }
}
