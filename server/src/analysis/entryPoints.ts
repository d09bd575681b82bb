import { argumentValues } from "./attributes.ts";
import type { EntryPoint, EntryPointKind, GuardFunction, ModelFunction } from "./canisterModel.ts";
import { binaryOf, type IndexedFunction } from "./crateIndex.ts";
import type { Resolver } from "./resolver.ts";
import { lastName } from "./textParts.ts";

const kinds: ReadonlyMap<string, EntryPointKind> = new Map<string, EntryPointKind>([
  ["update", "update"],
  ["query", "query"],
  ["init", "init"],
  ["pre_upgrade", "preUpgrade"],
  ["post_upgrade", "postUpgrade"],
  ["heartbeat", "heartbeat"],
  ["inspect_message", "inspectMessage"],
  ["on_low_wasm_memory", "onLowWasmMemory"],
]);

const exportKinds: ReadonlyMap<string, EntryPointKind> = new Map<string, EntryPointKind>([
  ...kinds,
  ["composite_query", "compositeQuery"],
  ["global_timer", "globalTimer"],
]);

/** What makes a function an entry point, if anything does: an attribute of ic-cdk, or an export of its own. */
export function readEntryPoint(
  item: IndexedFunction,
  resolver: Resolver,
  models: ReadonlyMap<IndexedFunction, ModelFunction>,
): EntryPoint | undefined {
  const { facts } = item;
  const model = models.get(item);
  if (model === undefined) return undefined;
  for (const attribute of facts.attributes) {
    if (attribute.path === "export_name") {
      const [, name = "", method] = /canister_(\w+)(?:[ .]([^"]+))?/.exec(attribute.arguments) ?? [];
      const kind = exportKinds.get(name);
      if (kind !== undefined)
        return placed(item, model, {
          attribute,
          kind,
          guards: [],
          guardFunctions: [],
          ...(method !== undefined && { method }),
        });
      continue;
    }
    const kind = kindOf(item, attribute.path, resolver);
    if (kind === undefined) continue;
    const resolved = { ...attribute, path: resolvedPath(item, attribute.path, resolver) };
    const guards = argumentValues(attribute, "guard");
    const guardFunctions = guards.map((it) => findGuard(item, it, resolver, models));
    if (kind !== "update" && kind !== "query")
      return placed(item, model, { attribute: resolved, kind, guards, guardFunctions });
    const method = argumentValues(attribute, "name")[0] ?? facts.name;
    const isComposite = /\bcomposite\s*=\s*true/.test(attribute.arguments);
    return placed(item, model, {
      attribute: resolved,
      kind: isComposite ? "compositeQuery" : kind,
      method,
      guards,
      guardFunctions,
    });
  }
  return undefined;
}

/** An entry point stands where its function does, wherever that moves. */
function placed(
  item: IndexedFunction,
  model: ModelFunction,
  rest: Omit<EntryPoint, "path" | "binary" | "range" | "nameRange" | "function">,
): EntryPoint {
  return {
    ...rest,
    path: item.path,
    binary: binaryOf(item.module),
    function: model,
    get range() {
      return { start: item.start, end: model.range.end };
    },
    get nameRange() {
      return model.nameRange;
    },
  };
}

function findGuard(
  { module, implOf }: IndexedFunction,
  name: string,
  resolver: Resolver,
  models: ReadonlyMap<IndexedFunction, ModelFunction>,
): GuardFunction {
  const meaning = resolver.resolve(module, name, implOf?.type);
  if (meaning.kind === "item" && meaning.item.kind === "function") {
    return { name, function: models.get(meaning.item), isMissing: false };
  }
  return { name, function: undefined, isMissing: meaning.kind === "unknown" && !resolver.mayBeOutside(module, name) };
}

/** The attribute from its crate's name on, where that is known. */
function resolvedPath(item: IndexedFunction, path: string, resolver: Resolver): string {
  const used = resolver.used(item.module, path);
  if (used !== undefined) return used;
  const meaning = resolver.resolve(item.module, path);
  if (meaning.kind === "external") return meaning.path;
  const isCdk = meaning.kind === "unknown" && meaning.globs.some((it) => /^ic_cdk(_macros)?(::|$)/.test(it));
  return isCdk ? `ic_cdk::${path}` : path;
}

/** Attributes of ic-cdk, of its macro crate, and of crates that wrap them, under whatever name they are used. */
function kindOf(item: IndexedFunction, path: string, resolver: Resolver): EntryPointKind | undefined {
  const meaning = resolver.resolve(item.module, path);
  if (meaning.kind !== "external") return kinds.get(lastName(path));
  return /^(tokio|serde|rocket|axum|actix_web)::/.test(meaning.path) ? undefined : kinds.get(lastName(meaning.path));
}
