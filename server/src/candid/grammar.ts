/**
 * The grammar of declarations, tolerant on purpose: an item may end early, separators may be missing, doubled or of the
 * wrong kind, keywords may stand where names do. What Candid does not allow of this is reported when the tree is built,
 * with better words. Brackets have partners when the tokens come here.
 */
import { type CstNode, CstParser, type IOrAlt, type IToken, type ParserMethod } from "chevrotain";
import {
  AnyName,
  Arrow,
  allTokens,
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

/** Rules that a parse can begin with. */
export type StartRule = "typeDeclaration" | "importDeclaration" | "serviceDeclaration" | "type";

/** Turns the tokens of a declaration into a concrete syntax tree, up to the first token that does not fit. */
export class CandidGrammar extends CstParser {
  constructor() {
    super(allTokens, { recoveryEnabled: false, nodeLocationTracking: "onlyOffset", maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  readonly typeDeclaration: Rule = this.RULE("typeDeclaration", () => {
    this.CONSUME(TypeKeyword);
    this.OPTION(() => {
      this.CONSUME(AnyName);
      this.OPTION1(() => {
        this.CONSUME(Equals);
        this.OPTION2(() => this.SUBRULE(this.type));
      });
    });
  });

  readonly importDeclaration: Rule = this.RULE("importDeclaration", () => {
    this.CONSUME(ImportKeyword);
    this.OPTION(() => this.CONSUME(ServiceKeyword));
    this.OPTION1(() => this.CONSUME(Text));
  });

  readonly serviceDeclaration: Rule = this.RULE("serviceDeclaration", () => {
    this.CONSUME(ServiceKeyword);
    this.OPTION(() => this.CONSUME(AnyName));
    this.OPTION1(() => {
      this.CONSUME(Colon);
      this.OPTION2(() =>
        this.OR([
          {
            ALT: () => {
              this.SUBRULE(this.argumentList);
              this.OPTION3(() => {
                this.CONSUME(Arrow);
                this.OPTION4(() => this.SUBRULE(this.serviceBody));
              });
            },
          },
          { ALT: () => this.SUBRULE1(this.serviceBody) },
        ]),
      );
    });
  });

  readonly serviceBody: Rule = this.RULE("serviceBody", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.methods) }, { ALT: () => this.SUBRULE(this.reference) }]);
  });

  /** The rules that are entered most have their alternatives made once. */
  private readonly types: IOrAlt<unknown>[] = [
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => this.CONSUME(NullKeyword) },
    { ALT: () => this.CONSUME(PrincipalKeyword) },
    { ALT: () => this.CONSUME(BlobKeyword) },
    { ALT: () => this.SUBRULE(this.wrapper) },
    { ALT: () => this.SUBRULE(this.record) },
    { ALT: () => this.SUBRULE(this.variant) },
    { ALT: () => this.SUBRULE(this.functionType) },
    { ALT: () => this.SUBRULE(this.serviceType) },
  ];

  readonly type: Rule = this.RULE("type", () => {
    this.OR(this.types);
  });

  readonly reference: Rule = this.RULE("reference", () => {
    this.CONSUME(Identifier);
  });

  readonly wrapper: Rule = this.RULE("wrapper", () => {
    this.OR([{ ALT: () => this.CONSUME(OptKeyword) }, { ALT: () => this.CONSUME(VecKeyword) }]);
    this.OPTION(() => this.SUBRULE(this.type));
  });

  readonly record: Rule = this.RULE("record", () => {
    this.CONSUME(RecordKeyword);
    this.OPTION(() => {
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
  });

  private readonly recordFields: IOrAlt<unknown>[] = [
    {
      ALT: () => {
        this.SUBRULE(this.label);
        this.CONSUME(Colon);
        this.OPTION(() => this.SUBRULE(this.type));
      },
    },
    { ALT: () => this.SUBRULE1(this.type) },
  ];

  readonly recordField: Rule = this.RULE("recordField", () => {
    this.OR(this.recordFields);
  });

  private readonly labels: IOrAlt<unknown>[] = [{ ALT: () => this.CONSUME(AnyName) }, { ALT: () => this.CONSUME(Nat) }];

  readonly label: Rule = this.RULE("label", () => {
    this.OR(this.labels);
  });

  readonly variant: Rule = this.RULE("variant", () => {
    this.CONSUME(VariantKeyword);
    this.OPTION(() => {
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
  });

  readonly variantCase: Rule = this.RULE("variantCase", () => {
    this.SUBRULE(this.label);
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.OPTION1(() => this.SUBRULE(this.type));
    });
  });

  readonly functionType: Rule = this.RULE("functionType", () => {
    this.CONSUME(FuncKeyword);
    this.OPTION(() => this.SUBRULE(this.signature));
  });

  readonly signature: Rule = this.RULE("signature", () => {
    this.SUBRULE(this.argumentList);
    this.OPTION(() => {
      this.CONSUME(Arrow);
      this.OPTION1(() => {
        this.SUBRULE1(this.argumentList);
        this.MANY(() =>
          this.OR([
            { ALT: () => this.CONSUME(QueryKeyword) },
            { ALT: () => this.CONSUME(CompositeQueryKeyword) },
            { ALT: () => this.CONSUME(OnewayKeyword) },
          ]),
        );
      });
    });
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
          this.OPTION(() => this.SUBRULE(this.type));
        },
      },
      { ALT: () => this.SUBRULE1(this.type) },
    ]);
  });

  readonly serviceType: Rule = this.RULE("serviceType", () => {
    this.CONSUME(ServiceKeyword);
    this.OPTION(() => this.SUBRULE(this.methods));
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
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.OPTION1(() =>
        this.OR([
          { ALT: () => this.SUBRULE(this.signature) },
          { ALT: () => this.SUBRULE(this.functionType) },
          { ALT: () => this.SUBRULE(this.reference) },
        ]),
      );
    });
  });

  /** The tree of tokens that a rule describes, or the first token that it does not expect. */
  parse(tokens: readonly IToken[], rule: StartRule): { readonly tree: CstNode } | { readonly unexpected: IToken } {
    this.input = [...tokens];
    const tree = this[rule]();
    const error = this.errors[0];
    return error === undefined ? { tree } : { unexpected: error.token };
  }
}
