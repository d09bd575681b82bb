/** From type expressions to types. What has no meaning becomes `empty`: no value of it can be made. */
import { assertNever } from "../base/assert.ts";
import type {
  Argument,
  Field,
  FunctionExpression,
  Method,
  ServiceDeclaration,
  ServiceExpression,
  TypeExpression,
} from "./ast.ts";
import { type DeclaredType, followReferences } from "./declarations.ts";
import {
  type ArgumentType,
  blobType,
  type CandidType,
  declareNamed,
  type FieldType,
  type FunctionType,
  type MethodType,
  type NamedType,
  primitive,
  type ServiceInterface,
  type ServiceType,
} from "./types.ts";

/** Declarations and the types made of them. */
export interface Scope {
  readonly declared: ReadonlyMap<string, DeclaredType>;
  readonly types: ReadonlyMap<string, NamedType>;
}

/** A named type for each declaration. */
export function convertTypes(declared: ReadonlyMap<string, DeclaredType>): Map<string, NamedType> {
  const knots = [...declared].map(([name, { declaration }]) => ({ declaration, ...declareNamed(name) }));
  const types = new Map(knots.map((it) => [it.type.name, it.type]));
  for (const { declaration, define } of knots) {
    const isEndless = followReferences(declaration.type, declared) === undefined;
    define(isEndless ? primitive("empty") : convertType(declaration.type, { declared, types }));
  }
  return types;
}

/** The interface of a main service together with imported methods; undefined where there is neither. */
export function convertInterface(
  service: ServiceDeclaration | undefined,
  importedMethods: readonly Method[],
  importsService: boolean,
  scope: Scope,
): ServiceInterface | undefined {
  if (service === undefined && !importsService) return undefined;
  const body = service && followReferences(service.body, scope.declared);
  const own = body?.kind === "service" ? body.methods : [];
  const methods = [...own, ...importedMethods];
  const firsts = methods.filter(
    (it, index) => methods.findIndex((other) => other.name.text === it.name.text) === index,
  );
  return {
    service: { kind: "service", methods: firsts.flatMap((it) => convertMethod(it, scope)) },
    ...(service?.constructorArguments && {
      constructorArguments: convertArguments(service.constructorArguments, scope),
    }),
    ...(service?.documentation !== undefined && { documentation: service.documentation }),
  };
}

/** The type that an expression stands for. */
export function convertType(type: TypeExpression, scope: Scope): CandidType {
  switch (type.kind) {
    case "primitive":
      return type.name === "blob" ? blobType : primitive(type.name);
    case "reference":
      return scope.types.get(type.name) ?? primitive("empty");
    case "missing":
      return primitive("empty");
    case "opt":
    case "vec":
      return { kind: type.kind, of: convertType(type.of, scope) };
    case "record":
    case "variant":
      return { kind: type.kind, fields: convertFields(type.fields, scope) };
    case "func":
      return convertFunction(type, scope);
    case "service":
      return convertService(type, scope);
    default:
      return assertNever(type);
  }
}

function convertFields(fields: readonly Field[], scope: Scope): FieldType[] {
  const used = new Set<number>();
  return fields.flatMap((field): FieldType[] => {
    if (used.has(field.id)) return [];
    used.add(field.id);
    return [
      {
        id: field.id,
        ...(field.label?.kind === "name" && { name: field.label.name.text }),
        type: field.type === undefined ? primitive("null") : convertType(field.type, scope),
        ...(field.documentation !== undefined && { documentation: field.documentation }),
      },
    ];
  });
}

function convertFunction(type: FunctionExpression, scope: Scope): FunctionType {
  return {
    kind: "func",
    arguments: convertArguments(type.arguments, scope),
    results: convertArguments(type.results, scope),
    modes: type.modes.map((it) => it.mode),
  };
}

function convertArguments(types: readonly Argument[], scope: Scope): ArgumentType[] {
  return types.map(({ name, type }) => ({ ...(name && { name: name.text }), type: convertType(type, scope) }));
}

function convertService(type: ServiceExpression, scope: Scope): ServiceType {
  return { kind: "service", methods: type.methods.flatMap((it) => convertMethod(it, scope)) };
}

function convertMethod({ name, type, documentation }: Method, scope: Scope): MethodType[] {
  const about = { name: name.text, ...(documentation !== undefined && { documentation }) };
  if (type.kind === "func") return [{ ...about, type: convertFunction(type, scope) }];
  if (followReferences(type, scope.declared)?.kind !== "func") return [];
  const named = type.kind === "reference" ? scope.types.get(type.name) : undefined;
  return named === undefined ? [] : [{ ...about, type: named }];
}
