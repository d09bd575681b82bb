/**
 * A made-up canister crate of any size, the same for the same seed: areas of modules, each with state of its own, types,
 * helpers that call each other and the helpers of lower modules, and entry points at the top. Tests and benchmarks edit
 * it by changing its functions and writing the texts anew.
 */
import type { Dice } from "./dice.ts";

/** A crate whose parts can be changed before its texts are written. */
export interface GeneratedCrate {
  /** In the order of layers: a module calls those before it. */
  readonly modules: GeneratedModule[];
}

/** One file below `src`. */
export interface GeneratedModule {
  readonly area: string;
  name: string;
  readonly functions: GeneratedFunction[];
  /** Names of the statics of the module. */
  readonly statics: string[];
  /** Brings what it calls into scope by `use`, or spells paths where it calls. */
  imports: "items" | "modules" | "globs" | "none";
  /** Text at the beginning of the file. */
  head: string;
  /** Text at the end of the file. */
  tail: string;
}

/** One function of a module. */
export interface GeneratedFunction {
  name: string;
  /** What makes it an entry point. */
  entry: "none" | "update" | "query";
  /** Belongs to the `impl` of the module's type, called with a dot. */
  isMethod: boolean;
  isAsync: boolean;
  /** Calls another canister and awaits the answer. */
  awaitsCall: boolean;
  mayPanic: boolean;
  checksCaller: boolean;
  /** It has one parameter more, which nobody gives it. */
  takesMore?: boolean;
  /** The static of its module that it reads and writes, by position. */
  state: number | undefined;
  readonly calls: GeneratedFunction[];
}

/** Which crate is wanted. */
export interface GeneratedCrateSize {
  /** Files below `src`, the root and those of areas included. */
  readonly files: number;
  /** Modules of one area. */
  readonly modulesOfArea: number;
  readonly functionsOfModule: number;
}

/** Makes a crate. The first function of the first module is async and called by many, directly or through others. */
export function generateCrate(dice: Dice, size: GeneratedCrateSize): GeneratedCrate {
  const modules: GeneratedModule[] = [];
  const areas = Math.max(1, Math.ceil((size.files - 1) / (size.modulesOfArea + 1)));
  const count = size.files - 1 - areas;
  for (let index = 0; index < count; index++) {
    const area = `area_${Math.floor(index / size.modulesOfArea)}`;
    const isTop = index % size.modulesOfArea >= size.modulesOfArea * 0.75;
    const near = modules.filter((it) => it.area === area);
    const module: GeneratedModule = {
      area,
      name: `part_${index}`,
      functions: [],
      statics: index % 4 === 0 ? [`TABLE_${index}`] : [],
      imports: (["items", "items", "modules", "globs", "none"] as const)[dice.roll(5)] ?? "items",
      head: "",
      tail: "",
    };
    modules.push(module);
    for (let at = 0; at < size.functionsOfModule; at++) {
      module.functions.push(generateFunction(dice, { modules, near, module, at, isTop }));
    }
  }
  return { modules };
}

interface Place {
  readonly modules: readonly GeneratedModule[];
  /** Lower modules of the same area. */
  readonly near: readonly GeneratedModule[];
  readonly module: GeneratedModule;
  readonly at: number;
  readonly isTop: boolean;
}

function generateFunction(dice: Dice, { modules, near, module, at, isTop }: Place): GeneratedFunction {
  const isEntry = isTop && at % 4 === 0;
  const result: GeneratedFunction = {
    name: `act_${module.name.slice(5)}_${at}`,
    entry: isEntry ? (dice.chance(70) ? "update" : "query") : "none",
    isMethod: !isEntry && modules.length > 1 && dice.chance(20),
    isAsync: false,
    awaitsCall: false,
    mayPanic: dice.chance(5),
    checksCaller: isEntry && dice.chance(60),
    state: module.statics.length > 0 && dice.chance(70) ? 0 : undefined,
    calls: [],
  };
  for (let call = dice.roll(4); call > 0; call--) {
    const others = dice.chance(70) && near.length > 0 ? near : modules.slice(0, Math.min(modules.length, 20));
    const home = dice.chance(25) ? module : others[dice.roll(others.length)];
    const called = home?.functions[dice.roll(home.functions.length)];
    if (called !== undefined && !result.calls.includes(called)) result.calls.push(called);
  }
  const isFirst = modules.length === 1 && at === 0;
  result.isAsync = result.entry !== "query" && (isFirst || result.calls.some((it) => it.isAsync) || dice.chance(10));
  result.awaitsCall = result.isAsync && dice.chance(30);
  return result;
}

/** The crate's texts by path below its folder: `src/lib.rs`, `src/area_0/mod.rs` … */
export function crateTexts({ modules }: GeneratedCrate): Record<string, string> {
  const homes = new Map(modules.flatMap((module) => module.functions.map((it) => [it, module] as const)));
  const areas = [...new Set(modules.map((it) => it.area))];
  const texts: Record<string, string> = { "src/lib.rs": rootText(areas) };
  for (const area of areas) {
    const parts = modules.filter((it) => it.area === area);
    texts[`src/${area}/mod.rs`] = `//! Area ${area}.\n${parts.map((it) => `pub mod ${it.name};\n`).join("")}`;
  }
  for (const module of modules) texts[pathOfModule(module)] = moduleText(module, homes);
  return texts;
}

/** Where a module's text lies below the crate's folder. */
export function pathOfModule({ area, name }: GeneratedModule): string {
  return `src/${area}/${name}.rs`;
}

function rootText(areas: readonly string[]): string {
  return `use candid::Principal;
use std::cell::RefCell;

${areas.map((it) => `pub mod ${it};\n`).join("")}
thread_local! {
    static OWNER: RefCell<Principal> = RefCell::new(Principal::anonymous());
}

#[ic_cdk::init]
fn init(owner: Principal) {
    OWNER.with_borrow_mut(|it| *it = owner);
}

#[ic_cdk::query]
fn owner() -> Principal {
    OWNER.with_borrow(|it| *it)
}
`;
}

type Homes = ReadonlyMap<GeneratedFunction, GeneratedModule>;

function moduleText(module: GeneratedModule, homes: Homes): string {
  const type = typeName(module);
  const methods = module.functions.filter((it) => it.isMethod);
  const free = module.functions.filter((it) => !it.isMethod);
  return `//! What ${module.name} is about.
${module.head}use candid::{CandidType, Principal};
use ic_cdk::{api::msg_caller, call::Call};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
${useLines(module, homes)}
${module.statics.map((it) => `thread_local! {\n    pub static ${it}: RefCell<BTreeMap<Principal, u64>> = RefCell::default();\n}\n`).join("\n")}
/// A record of ${module.name}.
#[derive(Clone, Debug, CandidType, Deserialize)]
pub struct ${type} {
    pub owner: Principal,
    pub amount: u64,
    pub memo: Option<Vec<u8>>,
}

impl ${type} {
    pub fn new(owner: Principal, amount: u64) -> Self {
        Self { owner, amount, memo: None }
    }

${methods.map((it) => indented(functionText(it, module, homes))).join("\n")}}

${free.map((it) => functionText(it, module, homes)).join("\n")}${module.tail}`;
}

function useLines(module: GeneratedModule, homes: Homes): string {
  const called = [...new Set(module.functions.flatMap((it) => it.calls))].filter((it) => homes.get(it) !== module);
  const lines = called.flatMap((it) => {
    const home = homes.get(it);
    if (home === undefined) return [];
    const path = `crate::${home.area}::${home.name}`;
    if (it.isMethod) return module.imports === "none" ? [] : [`use ${path}::${typeName(home)};`];
    switch (module.imports) {
      case "items":
        return [`use ${path}::${it.name};`];
      case "modules":
        return [`use ${path};`];
      case "globs":
        return [`use ${path}::*;`];
      default:
        return [];
    }
  });
  return [...new Set(lines)].map((it) => `${it}\n`).join("");
}

function functionText(it: GeneratedFunction, module: GeneratedModule, homes: Homes): string {
  const attribute = it.entry === "none" ? "" : `#[ic_cdk::${it.entry}]\n`;
  const receiver = it.isMethod ? "&self, " : "";
  const lines = [
    ...(it.checksCaller
      ? [
          'if msg_caller() == Principal::anonymous() {\n        ic_cdk::trap("anonymous callers may not do this");\n    }',
        ]
      : []),
    "let mut total = amount.saturating_add(1);",
    ...it.calls.map((call) => callText(call, it, module, homes)),
    ...stateLines(it, module),
    ...(it.mayPanic ? [`if total == 0 {\n        panic!("${it.name} has nothing");\n    }`] : []),
    ...(it.awaitsCall
      ? [
          `let answer = Call::bounded_wait(of, "notify_${it.name}").with_arg(total).await;`,
          "if let Err(error) = answer {\n        return Err(error.to_string());\n    }",
        ]
      : []),
    "for step in 0..3u64 {\n        total = total.wrapping_mul(31).wrapping_add(step);\n    }",
    it.isAsync ? "Ok(total)" : "total",
  ];
  const visibility = it.entry === "none" ? "pub " : "";
  return `/// Does what ${it.name} says, and returns what is left.
${attribute}${visibility}${it.isAsync ? "async " : ""}fn ${it.name}(${receiver}of: Principal, amount: u64${it.takesMore === true ? ", more: bool" : ""}) -> ${it.isAsync ? "Result<u64, String>" : "u64"} {
${lines.map((line) => `    ${line}\n`).join("")}}
`;
}

function stateLines({ state }: GeneratedFunction, { statics }: GeneratedModule): string[] {
  const name = state === undefined ? undefined : statics[state];
  if (name === undefined) return [];
  return [
    `let known = ${name}.with_borrow(|all| all.get(&of).copied().unwrap_or(0));`,
    "if known > total {\n        total = known;\n    }",
    `${name}.with_borrow_mut(|all| all.insert(of, total));`,
  ];
}

function callText(called: GeneratedFunction, from: GeneratedFunction, module: GeneratedModule, homes: Homes): string {
  const home = homes.get(called);
  // What no longer exists is still called, by its name.
  if (home === undefined) return `total += ${called.name}(of, total);`;
  const path = `crate::${home.area}::${home.name}::`;
  const prefix = home === module ? "" : { items: "", globs: "", modules: `${home.name}::`, none: path }[module.imports];
  const end = called.isAsync ? (from.isAsync ? ".await?" : "") : "";
  if (called.isMethod) {
    const type = `${home !== module && module.imports === "none" ? path : ""}${typeName(home)}`;
    return `total += ${type}::new(of, total).${called.name}(of, total)${end};`;
  }
  return called.isAsync && !from.isAsync
    ? `ic_cdk::futures::spawn(async move {\n        let _ = ${prefix}${called.name}(of, amount).await;\n    });`
    : `total += ${prefix}${called.name}(of, total)${end};`;
}

function typeName({ name }: GeneratedModule): string {
  return `Record${name.replace(/[^0-9a-z]/g, "")}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

/** All functions that call one, directly or through others. */
export function callersOf({ modules }: GeneratedCrate, called: GeneratedFunction): GeneratedFunction[] {
  const found = new Set([called]);
  // A function calls only what stands before it.
  for (const it of modules.flatMap((module) => module.functions)) {
    if (it.calls.some((callee) => found.has(callee))) found.add(it);
  }
  found.delete(called);
  return [...found];
}
