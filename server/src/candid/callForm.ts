/** From an interface to the form that the explorer draws for its methods. */
import { assertNever } from "../base/assert.ts";
import type { CallForm, FormArgument, FormField, FormType, MethodForm, MethodMode } from "../protocol/callForm.ts";
import type { PrimitiveName } from "./ast.ts";
import {
  type ArgumentType,
  type CandidType,
  type FieldType,
  isBlob,
  type MethodType,
  methodSignature,
  type ServiceInterface,
  structure,
  tupleTypes,
} from "./types.ts";
import { argumentsText, labelText } from "./typeText.ts";
import { isWholeNumberName, wholeNumberBounds } from "./value.ts";

/** The forms of all methods of a service, in the order of its text. */
export function callFormOf({ service }: ServiceInterface): CallForm {
  const types = new FormTypes();
  const methods = service.methods.map((it) => methodForm(it, types));
  return { methods, types: types.named };
}

/** The form of the arguments that a canister takes when it is installed; undefined where its interface names none. */
export function installFormOf({ constructorArguments, documentation }: ServiceInterface): CallForm | undefined {
  if (constructorArguments === undefined) return undefined;
  const types = new FormTypes();
  const form: MethodForm = {
    name: "init",
    mode: "update",
    arguments: formArguments(constructorArguments, types),
    results: "()",
    ...(documentation !== undefined && { documentation }),
  };
  return { methods: [form], types: types.named };
}

function methodForm(method: MethodType, types: FormTypes): MethodForm {
  const signature = methodSignature(method);
  const mode: MethodMode = signature.modes[0] ?? "update";
  return {
    name: method.name,
    mode,
    arguments: formArguments(signature.arguments, types),
    results: argumentsText(signature.results),
    ...(method.documentation !== undefined && { documentation: method.documentation }),
  };
}

function formArguments(types: readonly ArgumentType[], forms: FormTypes): FormArgument[] {
  return types.map(({ name, type }) => ({ ...(name !== undefined && { name }), type: forms.form(type) }));
}

/** Collects the named types that forms refer to. */
class FormTypes {
  readonly named: Record<string, FormType> = {};

  form(type: CandidType): FormType {
    if (type.kind !== "named") return this.structural(type);
    const behind = structure(type);
    if (behind.kind === "primitive" || isBlob(type)) return this.structural(behind);
    if (!Object.hasOwn(this.named, type.name)) {
      // Holds the place while the type refers to itself.
      this.named[type.name] = { kind: "empty" };
      this.named[type.name] = this.structural(behind);
    }
    return { kind: "reference", name: type.name };
  }

  private structural(type: ReturnType<typeof structure>): FormType {
    switch (type.kind) {
      case "primitive":
        return primitiveForm(type.name);
      case "opt":
        return { kind: "opt", of: this.form(type.of) };
      case "vec":
        return isBlob(type) ? { kind: "blob" } : { kind: "vec", of: this.form(type.of) };
      case "record": {
        const tuple = tupleTypes(type);
        if (tuple !== undefined) return { kind: "tuple", of: tuple.map((it) => this.form(it)) };
        return { kind: "record", fields: type.fields.map((it) => this.field(it)) };
      }
      case "variant":
        return { kind: "variant", fields: type.fields.map((it) => this.field(it)) };
      case "func":
      case "service":
        return { kind: type.kind };
      default:
        return assertNever(type);
    }
  }

  private field(field: FieldType): FormField {
    const { documentation } = field;
    return {
      label: labelText(field),
      type: this.form(field.type),
      ...(documentation !== undefined && { documentation }),
    };
  }
}

function primitiveForm(name: PrimitiveName): FormType {
  if (isWholeNumberName(name)) {
    const { min, max } = wholeNumberBounds[name];
    return {
      kind: "number",
      type: name,
      ...(min !== undefined && { min: String(min) }),
      ...(max !== undefined && { max: String(max) }),
    };
  }
  switch (name) {
    case "float32":
      return { kind: "float", bits: 32 };
    case "float64":
      return { kind: "float", bits: 64 };
    default:
      return { kind: name };
  }
}
