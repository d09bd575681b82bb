import { toHex } from "../base/bytes.ts";
import { callFormOf } from "../candid/callForm.ts";
import { decodeArguments, decodeUntyped, encodeArguments } from "../candid/encoding.ts";
import { printArguments } from "../candid/printValues.ts";
import type { TypeEnvironment } from "../candid/resolve.ts";
import { readInterface } from "../candid/serviceInterface.ts";
import { type ArgumentType, type FunctionType, methodOf, methodSignature } from "../candid/types.ts";
import { parseArguments } from "../candid/values.ts";
import type { CallForm } from "../protocol/callForm.ts";

/** Bytes of a message, or why its text is none of the wanted type; `path` and place are in the message. */
export type EncodedArguments =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "problem"; readonly message: string };

/** How a method is called when nobody says otherwise. */
export type MethodKind = "update" | "query";

/** The message without values: `()`. */
export const emptyMessage = Uint8Array.from(Buffer.from("DIDL\0\0", "latin1"));

/** What a canister's Candid says, as far as it can be read: methods, their types, the install argument. */
export class CanisterInterface {
  /** The text that was read; empty where the canister has none. */
  readonly candid: string;
  readonly #environment: TypeEnvironment;
  readonly #installArguments: readonly ArgumentType[] | undefined;

  private constructor(
    candid: string,
    environment: TypeEnvironment,
    installArguments: readonly ArgumentType[] | undefined,
  ) {
    this.candid = candid;
    this.#environment = environment;
    this.#installArguments = installArguments;
  }

  /**
   * Reads interfaces in the order in which they count: the module's own, then the project's. The first one with a
   * service gives the methods, the first one that says so the install argument.
   */
  static read(texts: readonly (string | undefined)[]): CanisterInterface {
    const read = texts.flatMap((text) => {
      if (text === undefined) return [];
      const { environment } = readInterface(text);
      return environment.service === undefined ? [] : [{ text, environment }];
    });
    const first = read[0];
    const withInstall = read.find((it) => it.environment.service?.constructorArguments !== undefined);
    return new CanisterInterface(
      first?.text ?? "",
      first?.environment ?? { declared: new Map(), types: new Map() },
      withInstall?.environment.service?.constructorArguments,
    );
  }

  /** What the explorer draws the inputs from. */
  callForm(): CallForm {
    const { service } = this.#environment;
    return service === undefined ? { methods: [], types: {} } : callFormOf(service);
  }

  /** Whether the method only reads; undefined for methods that the interface does not have. */
  methodKind(method: string): MethodKind | undefined {
    const signature = this.#signature(method);
    if (signature === undefined) return undefined;
    return signature.modes.some((it) => it !== "oneway") ? "query" : "update";
  }

  /** Names of the query methods that take no argument: what can be asked without knowing anything. */
  plainQueries(): readonly string[] {
    const methods = this.#environment.service?.service.methods ?? [];
    return methods
      .filter((it) => this.methodKind(it.name) === "query" && methodSignature(it).arguments.length === 0)
      .map((it) => it.name);
  }

  /** From text to the message that a method takes. */
  encodeCall(method: string, text: string): EncodedArguments {
    const signature = this.#signature(method);
    if (signature !== undefined) return this.#encode(text, signature.arguments);
    if (isEmpty(text)) return { kind: "bytes", bytes: emptyMessage };
    const reason =
      this.candid === ""
        ? "the canister carries no Candid interface (ic_cdk::export_candid!() adds it) and the project names no .did file"
        : `the canister's Candid interface has no method \`${method}\``;
    return { kind: "problem", message: `The argument's type is not known: ${reason}. Only \`()\` can be sent.` };
  }

  /** From text to the message that installing and upgrading take. */
  encodeInstall(text: string): EncodedArguments {
    if (this.#installArguments !== undefined) return this.#encode(text, this.#installArguments);
    if (isEmpty(text)) return { kind: "bytes", bytes: emptyMessage };
    return {
      kind: "problem",
      message:
        this.candid === ""
          ? "The install argument's type is not known, since neither the module nor the project has a Candid interface."
          : "The canister's Candid interface takes no install argument: it reads `service : { … }`, not `service : (…) -> { … }`.",
    };
  }

  /** A method's argument as text. */
  argumentText(method: string, bytes: Uint8Array): string {
    return textOf(this.#signature(method)?.arguments, bytes);
  }

  /** A method's reply as text, in one line unless a width in characters is given. */
  replyText(method: string, bytes: Uint8Array, width?: number): string {
    return textOf(this.#signature(method)?.results, bytes, width);
  }

  #signature(method: string): FunctionType | undefined {
    const { service } = this.#environment;
    const found = service === undefined ? undefined : methodOf(service.service, method);
    return found === undefined ? undefined : methodSignature(found);
  }

  #encode(text: string, types: readonly ArgumentType[]): EncodedArguments {
    const { values, problems } = parseArguments(text, types, this.#environment);
    const errors = problems.filter((it) => it.severity === "error");
    if (values === undefined) {
      return { kind: "problem", message: errors.map((it) => it.message).join("\n") };
    }
    return encodeArguments(
      types.map((it) => it.type),
      values,
    );
  }
}

/** Bytes of a message as text, at the wanted types where they fit, else at the message's own, else in hex. */
function textOf(types: readonly ArgumentType[] | undefined, bytes: Uint8Array, width?: number): string {
  const options = width === undefined ? {} : { width };
  if (types !== undefined) {
    const typed = decodeArguments(
      types.map((it) => it.type),
      bytes,
    );
    if (typed.kind === "values") return printArguments(typed.values, options);
  }
  const untyped = decodeUntyped(bytes);
  if (untyped.kind === "values") return printArguments(untyped.values, options);
  return `no Candid: 0x${toHex(bytes)}`;
}

function isEmpty(text: string): boolean {
  return /^\s*(\(\s*\))?\s*$/.test(text);
}
