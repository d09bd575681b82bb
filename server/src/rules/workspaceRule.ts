import type { CallSite, CrateSurface } from "../analysis/crateSurface.ts";
import type { DocumentedRule } from "../base/documentedRule.ts";
import type { Method, Program } from "../candid/ast.ts";
import type { FunctionType, ServiceInterface, ServiceType } from "../candid/types.ts";
import type { RuleFinding } from "./rule.ts";

/** A judgement that takes more than one crate: a crate and interfaces, or an interface and what it was. */
export type WorkspaceRule = DocumentedRule;

/** The interface of a canister as its `.did` file declares it. */
export interface CandidInterface {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly interface: ServiceInterface;
}

/** A canister of the workspace, as far as other canisters can know it. */
export interface KnownCanister {
  readonly name: string;
  readonly projectDirectory: string;
  readonly manifestPath: string;
  /** Its ids on networks, as `canister_ids.json` has them. */
  readonly ids: readonly string[];
  /** The folder of its Cargo package. */
  readonly crateDirectory: string | undefined;
  /** Absent where there is no `.did` file, or one that is not whole. */
  readonly candid: CandidInterface | undefined;
  /** What it can be called for: by its `.did` file, else by its source. Absent where neither tells. */
  readonly service: ServiceType | undefined;
  /** What its Rust source makes of a method that is declared so, or not declared: the next build does that. */
  readonly sourceMethod: (name: string, declared: FunctionType | undefined) => FunctionType | undefined;
}

/** A crate of the workspace among its canisters. */
export interface CrateView {
  readonly surface: CrateSurface;
  /** Canisters that are built from it. */
  readonly own: readonly KnownCanister[];
  /** The canisters of its project, its own included. */
  readonly canisters: readonly KnownCanister[];
}

/** Who a call goes to, and how sure that is. */
export interface Callee {
  readonly canister: KnownCanister | undefined;
  readonly service: ServiceType;
  readonly name: string;
  /** `id`: by an id that the build fills in; `name`: by what the variable is called; `method`: nobody else has the method. */
  readonly by: "id" | "name" | "method" | "standard";
}

/** A call and who it goes to. */
export interface ResolvedCall {
  readonly call: CallSite;
  readonly callee: Callee;
}

/** Takes what a rule finds. */
export type Report = (rule: Pick<WorkspaceRule, "id" | "severity">, finding: RuleFinding) => void;

/** The declaration of a method in the text of an interface. */
export function methodDeclaration({ program }: CandidInterface, name: string): Method | undefined {
  const actor = program.service?.body;
  const methods = actor?.kind === "service" ? actor.methods : [];
  return methods.find((it) => it.name.text === name);
}
