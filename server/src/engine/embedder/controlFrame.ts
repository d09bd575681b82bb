/** In place of what is owed at the end of a block, before anything leads there. */
export const undecided = -1;

/** A block whose end has not come yet. */
export interface ControlFrame {
  isLoop: boolean;
  /** Height of the operand stack below the block's operands. */
  height: number;
  params: number;
  results: number;
  /** Marks known when the block began. */
  marks: number;
  /** For `AddressValues.endBlock`. */
  outerBlock: number;
  /** Number of the block in the body. */
  ordinal: number;
  /** What is owed wherever code branches to the end of the block, or `undecided`. */
  owedAtEnd: number;
  /** What is owed at the beginning. */
  owedAtStart: number;
  /** Whether the block began in code that is never reached. */
  dead: boolean;
}

function emptyFrame(): ControlFrame {
  return {
    isLoop: false,
    height: 0,
    params: 0,
    results: 0,
    marks: 0,
    outerBlock: 0,
    ordinal: 0,
    owedAtEnd: undecided,
    owedAtStart: 0,
    dead: false,
  };
}

/** The blocks around the operator that a scan has come to, the function itself outermost. Frames are used again. */
export class ControlFrames {
  depth = 0;
  /** Height of the operands below those of the innermost block. */
  floor = 0;
  /** Loops among the frames. */
  openLoops = 0;
  /** Blocks of the body so far. */
  blocks = 0;
  private readonly frames: ControlFrame[] = [];

  get top(): ControlFrame | undefined {
    return this.frames[this.depth - 1];
  }

  /** What a branch to a label leads to. */
  target(label: number): ControlFrame | undefined {
    return this.frames[this.depth - 1 - label];
  }

  clear(): void {
    this.depth = 0;
    this.floor = 0;
    this.openLoops = 0;
    this.blocks = 0;
  }

  /** Enters a block whose operands begin at a height; what depends on other things than that is for the caller to set. */
  push(isLoop: boolean, height: number, params: number, results: number): ControlFrame {
    let frame = this.frames[this.depth];
    if (frame === undefined) {
      frame = emptyFrame();
      this.frames.push(frame);
    }
    if (height > this.floor) this.floor = height;
    frame.isLoop = isLoop;
    frame.height = this.floor;
    frame.params = params;
    frame.results = results;
    frame.ordinal = this.blocks;
    frame.owedAtEnd = undecided;
    frame.owedAtStart = 0;
    this.depth += 1;
    this.blocks += 1;
    if (isLoop) this.openLoops += 1;
    return frame;
  }

  /** Leaves the innermost block. */
  pop(): ControlFrame | undefined {
    const frame = this.top;
    if (frame === undefined) return undefined;
    this.depth -= 1;
    this.floor = this.top?.height ?? 0;
    if (frame.isLoop) this.openLoops -= 1;
    return frame;
  }
}
