/** A block whose end has not come yet. */
export interface ControlFrame {
  readonly isLoop: boolean;
  /** Height of the operand stack below the block's operands. */
  readonly height: number;
  readonly params: number;
  readonly results: number;
  /** Marks known when the block began. */
  readonly marks: number;
  /** For `AddressValues.endBlock`. */
  readonly outerBlock: number;
  /** Number of the block in the body. */
  readonly ordinal: number;
  /** What is owed wherever code branches to the end of the block; undefined until the first does. */
  owedAtEnd: number | undefined;
  /** What is owed at the beginning. */
  owedAtStart: number;
  /** Whether the block began in code that is never reached. */
  readonly dead: boolean;
}
