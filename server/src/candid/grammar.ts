/**
 * The grammar of `.did` files, tolerant on purpose: separators may be missing, doubled or of the wrong kind and keywords
 * may stand where names do. What Candid does not allow of this is reported when the tree is built, with better words.
 */
import {
  type CstNode,
  CstParser,
  EOF,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type ParserMethod,
  type TokenType,
} from "chevrotain";
import {
  AnyName,
  Arrow,
  allTokens,
  BareName,
  BlobKeyword,
  Colon,
  Comma,
  CompositeQueryKeyword,
  Equals,
  FuncKeyword,
  Identifier,
  ImportKeyword,
  LeftBrace,
  LeftParenthesis,
  Nat,
  NullKeyword,
  OnewayKeyword,
  OptKeyword,
  PrincipalKeyword,
  QueryKeyword,
  RecordKeyword,
  RightBrace,
  RightParenthesis,
  Semicolon,
  ServiceKeyword,
  Text,
  TypeKeyword,
  VariantKeyword,
  VecKeyword,
} from "./tokens.ts";

type Rule = ParserMethod<[], CstNode>;

/** Turns tokens into a concrete syntax tree, recovering from errors. */
export class CandidGrammar extends CstParser {
  constructor() {
    super(allTokens, {
      recoveryEnabled: true,
      nodeLocationTracking: "onlyOffset",
      maxLookahead: 2,
      errorMessageProvider,
    });
    this.performSelfAnalysis();
  }

  readonly program: Rule = this.RULE("program", () => {
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.typeDeclaration) },
        { ALT: () => this.SUBRULE(this.importDeclaration) },
        { ALT: () => this.SUBRULE(this.serviceDeclaration) },
        { ALT: () => this.CONSUME(Semicolon) },
      ]),
    );
  });

  readonly typeDeclaration: Rule = this.RULE("typeDeclaration", () => {
    this.CONSUME(TypeKeyword);
    this.CONSUME(AnyName);
    this.CONSUME(Equals);
    this.SUBRULE(this.type);
  });

  readonly importDeclaration: Rule = this.RULE("importDeclaration", () => {
    this.CONSUME(ImportKeyword);
    this.OPTION(() => this.CONSUME(ServiceKeyword));
    this.CONSUME(Text);
  });

  readonly serviceDeclaration: Rule = this.RULE("serviceDeclaration", () => {
    this.CONSUME(ServiceKeyword);
    this.OPTION(() => this.CONSUME(AnyName));
    this.CONSUME(Colon);
    this.OPTION1(() => {
      this.SUBRULE(this.argumentList);
      this.CONSUME(Arrow);
    });
    this.OR([{ ALT: () => this.SUBRULE(this.methods) }, { ALT: () => this.SUBRULE(this.reference) }]);
  });

  readonly type: Rule = this.RULE("type", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.CONSUME(NullKeyword) },
      { ALT: () => this.CONSUME(PrincipalKeyword) },
      { ALT: () => this.CONSUME(BlobKeyword) },
      { ALT: () => this.SUBRULE(this.wrapper) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.variant) },
      { ALT: () => this.SUBRULE(this.functionType) },
      // The main service, which may follow a type that is missing, has no brace here.
      { GATE: () => this.LA(2).tokenType === LeftBrace, ALT: () => this.SUBRULE(this.serviceType) },
    ]);
  });

  readonly reference: Rule = this.RULE("reference", () => {
    this.CONSUME(Identifier);
  });

  readonly wrapper: Rule = this.RULE("wrapper", () => {
    this.OR([{ ALT: () => this.CONSUME(OptKeyword) }, { ALT: () => this.CONSUME(VecKeyword) }]);
    this.SUBRULE(this.type);
  });

  readonly record: Rule = this.RULE("record", () => {
    this.CONSUME(RecordKeyword);
    this.CONSUME(LeftBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.recordField) },
        { ALT: () => this.CONSUME(Semicolon) },
        { ALT: () => this.CONSUME(Comma) },
      ]),
    );
    this.CONSUME(RightBrace);
  });

  readonly recordField: Rule = this.RULE("recordField", () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.label);
          this.CONSUME(Colon);
          this.SUBRULE(this.type);
        },
      },
      { ALT: () => this.SUBRULE1(this.type) },
    ]);
  });

  readonly label: Rule = this.RULE("label", () => {
    this.OR([{ ALT: () => this.CONSUME(AnyName) }, { ALT: () => this.CONSUME(Nat) }]);
  });

  readonly variant: Rule = this.RULE("variant", () => {
    this.CONSUME(VariantKeyword);
    this.CONSUME(LeftBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.variantCase) },
        { ALT: () => this.CONSUME(Semicolon) },
        { ALT: () => this.CONSUME(Comma) },
      ]),
    );
    this.CONSUME(RightBrace);
  });

  readonly variantCase: Rule = this.RULE("variantCase", () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.label);
          this.CONSUME(Colon);
          this.SUBRULE(this.type);
        },
      },
      { ALT: () => this.SUBRULE(this.bareLabel) },
    ]);
  });

  readonly bareLabel: Rule = this.RULE("bareLabel", () => {
    this.OR([{ ALT: () => this.CONSUME(BareName) }, { ALT: () => this.CONSUME(Nat) }]);
  });

  readonly functionType: Rule = this.RULE("functionType", () => {
    this.CONSUME(FuncKeyword);
    this.SUBRULE(this.signature);
  });

  readonly signature: Rule = this.RULE("signature", () => {
    this.SUBRULE(this.argumentList);
    this.CONSUME(Arrow);
    this.SUBRULE1(this.argumentList);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(QueryKeyword) },
        { ALT: () => this.CONSUME(CompositeQueryKeyword) },
        { ALT: () => this.CONSUME(OnewayKeyword) },
      ]),
    );
  });

  readonly argumentList: Rule = this.RULE("argumentList", () => {
    this.CONSUME(LeftParenthesis);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.argument) },
        { ALT: () => this.CONSUME(Comma) },
        { ALT: () => this.CONSUME(Semicolon) },
      ]),
    );
    this.CONSUME(RightParenthesis);
  });

  readonly argument: Rule = this.RULE("argument", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(AnyName);
          this.CONSUME(Colon);
          this.SUBRULE(this.type);
        },
      },
      { ALT: () => this.SUBRULE1(this.type) },
    ]);
  });

  readonly serviceType: Rule = this.RULE("serviceType", () => {
    this.CONSUME(ServiceKeyword);
    this.SUBRULE(this.methods);
  });

  readonly methods: Rule = this.RULE("methods", () => {
    this.CONSUME(LeftBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.method) },
        { ALT: () => this.CONSUME(Semicolon) },
        { ALT: () => this.CONSUME(Comma) },
      ]),
    );
    this.CONSUME(RightBrace);
  });

  readonly method: Rule = this.RULE("method", () => {
    this.CONSUME(AnyName);
    this.CONSUME(Colon);
    this.OR([
      { ALT: () => this.SUBRULE(this.signature) },
      { ALT: () => this.SUBRULE(this.functionType) },
      { ALT: () => this.SUBRULE(this.reference) },
    ]);
  });

  /** Beginnings of declarations are never skipped to reach what was expected. */
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return ![TypeKeyword, ServiceKeyword, ImportKeyword].includes(this.LA(1).tokenType);
  }

  /** Names and types cannot be guessed; punctuation can. */
  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return guessable.includes(type);
  }

  /** The concrete syntax tree of tokens that a rule describes; `errors` tells what was wrong. */
  parse(
    tokens: IToken[],
    rule: "program" | "type",
  ): { readonly tree: CstNode; readonly errors: readonly IRecognitionException[] } {
    this.input = tokens;
    const tree = this[rule]();
    return { tree, errors: [...this.errors] };
  }
}

const guessable = [Arrow, Colon, Equals, RightBrace, RightParenthesis, LeftBrace, LeftParenthesis];

const typeBeginnings = [RecordKeyword, VecKeyword, FuncKeyword];

/** Says what was expected and what was found, as a person would. */
const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => wording([expected], actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    wording([TypeKeyword, ImportKeyword, ServiceKeyword], firstRedundant),
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    wording(
      expectedPathsPerAlt.flat().flatMap((path) => path.slice(0, 1)),
      actual[0],
    ),
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    wording(
      expectedIterationPaths.flatMap((path) => path.slice(0, 1)),
      actual[0],
    ),
};

function wording(expected: readonly TokenType[], actual: IToken | undefined): string {
  const isType = typeBeginnings.every((it) => expected.includes(it));
  const labels = isType ? ["a type"] : [...new Set(expected.map((it) => it.LABEL ?? it.name))];
  const last = labels.at(-1) ?? "something else";
  const list = labels.length < 2 ? last : `${labels.slice(0, -1).join(", ")} or ${last}`;
  return `Expected ${list}, found ${describeToken(actual)}.`;
}

function describeToken(token: IToken | undefined): string {
  if (token === undefined || token.tokenType === EOF) return "the end of the text";
  return token.image.length > 40 ? `\`${token.image.slice(0, 40)}…\`` : `\`${token.image}\``;
}
