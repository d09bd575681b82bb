/**
 * Canisters in JavaScript: azle's template, QuickJS compiled to Wasm, with a program of ours put in. Azle's own build does
 * the same with a larger tool: the program becomes a passive data segment, four placeholder functions tell of it, and each
 * method is an export that calls a function of the program by its number.
 */
import { readFunctionNames } from "../../server/src/engine/embedder/nameSection.ts";
import { sectionIds } from "../../server/src/wasm/module.ts";
import { readModule } from "../../server/src/wasm/reader.ts";
import { leb } from "../support/assembleModule.ts";

/** A program and the methods that its numbered functions stand for. */
export interface AzleProgram {
  /** Evaluated at init; sets `globalThis._azleCanisterClassMeta.callbacks`. */
  readonly javaScript: string;
  /** Export name (`canister_update add`) to the callback's number. */
  readonly methods: Readonly<Record<string, number>>;
}

/** The template with the program in it. */
export function azleCanister(template: Uint8Array, { javaScript, methods }: AzleProgram): Uint8Array {
  const { module } = readModule(template);
  // By their names inside: the exports of the same names are wrappers that the program itself does not call.
  const indices = new Map([...readFunctionNames(module)].map(([index, name]) => [name, index]));
  const named = (name: string) => {
    const index = indices.get(name);
    if (index === undefined) throw new Error(`the template has no function ${name}`);
    return index;
  };
  const segments = [javaScript, JSON.stringify({ envVars: [], mainJsPath: "main.js", managementDid: "" })].map((it) =>
    new TextEncoder().encode(it),
  );
  const [programBytes = 0, factsBytes = 0] = segments.map((it) => it.length);
  const firstSegment = module.data.length;
  const replaced = new Map<number, readonly number[]>([
    [named("js_passive_data_size"), sizeBody(programBytes)],
    [named("wasm_data_passive_data_size"), sizeBody(factsBytes)],
    [named("init_js_passive_data"), copyBody(firstSegment, programBytes)],
    [named("init_wasm_data_passive_data"), copyBody(firstSegment + 1, factsBytes)],
  ]);
  const entries = [
    ...Object.entries(methods).map(([name, index]) => ({ name, body: callBody(named("execute_method_js"), index) })),
    { name: "canister_init", body: callBody(named("init"), -1) },
    { name: "canister_post_upgrade", body: callBody(named("post_upgrade"), -1) },
  ];
  const voidType = module.types.findIndex((it) => it.params.length === 0 && it.results.length === 0);
  const { importedFunctions } = module;
  const firstFunction = module.functions.length;
  const writers: Readonly<Record<number, () => number[][]>> = {
    [sectionIds.function]: () => [
      ...module.functions.slice(importedFunctions).map((it) => leb(it)),
      ...entries.map(() => leb(voidType)),
    ],
    [sectionIds.code]: () => [
      ...module.bodies.map((span, index) => {
        const body = replaced.get(importedFunctions + index);
        return sized(body ?? [...template.subarray(span.start, span.end)]);
      }),
      ...entries.map(({ body }) => sized(body)),
    ],
  };
  const parts: Uint8Array[] = [template.subarray(0, 8)];
  for (const section of module.sections) {
    const content = template.subarray(section.start, section.end);
    const rewrite = writers[section.id];
    if (rewrite !== undefined) parts.push(sectionOf(section.id, vector(rewrite())));
    else if (section.id === sectionIds.export) {
      const added = entries.map(({ name }, index) => [...text(name), 0, ...leb(firstFunction + index)]);
      parts.push(sectionOf(section.id, appended(content, added)));
    } else if (section.id === sectionIds.data) {
      parts.push(
        sectionOf(
          section.id,
          appended(
            content,
            segments.map((it) => [1, ...leb(it.length), ...it]),
          ),
        ),
      );
    } else if (section.id === sectionIds.dataCount) {
      parts.push(sectionOf(section.id, Uint8Array.from(leb(firstSegment + 2))));
    } else if (section.id !== sectionIds.custom) parts.push(sectionOf(section.id, content));
    if (section.id < sectionIds.code && nextNeedsDataCount(module.sections, section.id)) {
      parts.push(sectionOf(sectionIds.dataCount, Uint8Array.from(leb(firstSegment + 2))));
    }
  }
  return concatenated(parts);
}

/** Bulk operations need the data count section, which a module without them may lack; it stands before the code. */
function nextNeedsDataCount(sections: readonly { readonly id: number }[], id: number): boolean {
  if (sections.some((it) => it.id === sectionIds.dataCount)) return false;
  const known = sections.map((it) => it.id).filter((it) => it !== sectionIds.custom);
  return known[known.indexOf(id) + 1] === sectionIds.code;
}

function sizeBody(size: number): readonly number[] {
  return [0, 0x41, ...signed(size), 0x0b];
}

function copyBody(segment: number, size: number): readonly number[] {
  return [0, 0x20, 0, 0x41, 0, 0x41, ...signed(size), 0xfc, 8, ...leb(segment), 0, 0xfc, 9, ...leb(segment), 0x0b];
}

function callBody(callee: number, argument: number): readonly number[] {
  return [0, 0x41, ...signed(argument), 0x10, ...leb(callee), 0x0b];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

function sized(bytes: readonly number[]): number[] {
  return [...leb(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}

function vector(items: readonly (readonly number[])[]): Uint8Array {
  return concatenated([Uint8Array.from(leb(items.length)), ...items.map((it) => Uint8Array.from(it))]);
}

/** A vector with more items at its end. */
function appended(content: Uint8Array, items: readonly (readonly number[])[]): Uint8Array {
  let count = 0;
  let at = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = content[at++] ?? 0;
    count += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return concatenated([
    Uint8Array.from(leb(count + items.length)),
    content.subarray(at),
    ...items.map((it) => Uint8Array.from(it)),
  ]);
}

function sectionOf(id: number, content: Uint8Array): Uint8Array {
  return concatenated([Uint8Array.of(id), Uint8Array.from(leb(content.length)), content]);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
