import type { Dice } from "./dice.ts";
import type { GeneratedCrate, GeneratedFunction, GeneratedModule } from "./generatedCrate.ts";

/** Changes a generated crate as somebody who works on it would, and tells how. */
export function editCrate(dice: Dice, crate: GeneratedCrate): string {
  const edit = edits[dice.roll(edits.length)];
  const module = crate.modules[dice.roll(crate.modules.length)];
  if (edit === undefined || module === undefined) return "nothing";
  const it = module.functions[dice.roll(module.functions.length)];
  edit.apply({ dice, crate, module, it: it ?? addFunction(dice, module) });
  return `${edit.what} (${module.area}::${module.name}${it === undefined ? "" : `::${it.name}`})`;
}

interface Place {
  readonly dice: Dice;
  readonly crate: GeneratedCrate;
  readonly module: GeneratedModule;
  readonly it: GeneratedFunction;
}

const edits: readonly { readonly what: string; apply(place: Place): void }[] = [
  {
    what: "a trap comes or goes",
    apply({ it }) {
      it.mayPanic = !it.mayPanic;
    },
  },
  {
    what: "an await comes or goes",
    apply({ it }) {
      it.awaitsCall = !it.awaitsCall;
    },
  },
  {
    what: "the caller is checked, or no more",
    apply({ it }) {
      it.checksCaller = !it.checksCaller;
    },
  },
  {
    what: "async comes or goes",
    apply({ it }) {
      it.isAsync = !it.isAsync;
    },
  },
  {
    what: "a call goes",
    apply({ dice, it }) {
      it.calls.splice(dice.roll(it.calls.length + 1), 1);
    },
  },
  {
    what: "a call comes",
    apply({ dice, crate, it }) {
      it.calls.push(anyFunction(dice, crate) ?? it);
    },
  },
  {
    what: "state is used, or no more",
    apply({ it }) {
      it.state = it.state === undefined ? 0 : undefined;
    },
  },
  {
    what: "a function gets another name",
    apply({ it }) {
      it.name += "_x";
    },
  },
  {
    what: "a function of the same name",
    apply({ dice, module, it }) {
      addFunction(dice, module).name = it.name;
    },
  },
  {
    what: "a function comes",
    apply({ dice, module }) {
      addFunction(dice, module);
    },
  },
  {
    what: "a function goes",
    apply({ module, it }) {
      module.functions.splice(module.functions.indexOf(it), 1);
    },
  },
  {
    what: "a parameter comes or goes",
    apply({ it }) {
      it.takesMore = it.takesMore !== true;
    },
  },
  {
    what: "a function goes to another module",
    apply({ dice, crate, module, it }) {
      module.functions.splice(module.functions.indexOf(it), 1);
      crate.modules[dice.roll(crate.modules.length)]?.functions.push(it);
    },
  },
  {
    what: "something is brought in, or given on to others",
    apply({ dice, crate, module }) {
      const other = crate.modules[dice.roll(crate.modules.length)];
      const named = other?.functions[dice.roll(other.functions.length)]?.name ?? "nothing";
      const own = module.functions[dice.roll(module.functions.length)]?.name ?? "something";
      const path = other === undefined ? "std" : `crate::${other.area}::${other.name}`;
      const uses = [
        "use std::cmp::Ordering;\n",
        `pub use ${path}::*;\n`,
        `pub use ${path}::${named};\n`,
        `use ${path}::${named} as ${own};\n`,
        `use ${path} as ${module.name};\n`,
        "use ic_cdk::{api::msg_caller as asked, *};\n",
        "use super::*;\n",
      ];
      module.head = uses[dice.roll(uses.length)] ?? "";
    },
  },
  {
    what: "a function becomes a method, or one again",
    apply({ it }) {
      it.isMethod = !it.isMethod;
    },
  },
  {
    what: "an entry point comes or goes",
    apply({ dice, it }) {
      it.entry = it.entry !== "none" ? "none" : dice.chance(50) ? "update" : "query";
    },
  },
  {
    what: "names are brought another way",
    apply({ dice, module }) {
      module.imports = (["items", "modules", "globs", "none"] as const)[dice.roll(4)] ?? "items";
    },
  },
  {
    what: "a module gets another name",
    apply({ module }) {
      module.name += "x";
    },
  },
  {
    what: "a module goes",
    apply({ crate, module }) {
      crate.modules.splice(crate.modules.indexOf(module), 1);
    },
  },
  {
    what: "a module comes",
    apply({ dice, crate, module }) {
      const fresh = { ...module, name: `part_${100 + dice.roll(100)}`, functions: [], statics: [], head: "", tail: "" };
      if (crate.modules.some((it) => it.name === fresh.name)) return;
      crate.modules.push(fresh);
      addFunction(dice, fresh).calls.push(...(module.functions[0] === undefined ? [] : [module.functions[0]]));
    },
  },
  {
    what: "a static comes or goes",
    apply({ module }) {
      module.statics.splice(0, 1, ...(module.statics.length > 0 ? [] : ["TABLE_OF_ALL"]));
    },
  },
  {
    what: "lines at the beginning",
    apply({ dice, module }) {
      module.head = "//\n".repeat(dice.roll(4));
    },
  },
  {
    what: "more at the end",
    apply({ dice, module }) {
      module.tail = tails[dice.roll(tails.length)] ?? "";
    },
  },
  {
    what: "broken syntax at the end",
    apply({ module }) {
      module.tail = "\npub fn broken(of: {\n";
    },
  },
  {
    what: "broken syntax at the beginning",
    apply({ module }) {
      module.head = "\nfn half(a: u64) { if a {\n";
    },
  },
];

const tails: readonly string[] = [
  kept("pub a: u64,"),
  kept("pub a: u64, pub memo: String,"),
  kept("pub a: StableCell<u64, Memory>,"),
  "",
  "// The end.\n",
  "pub struct Guard;\nimpl Drop for Guard {\n    fn drop(&mut self) {}\n}\n",
  "pub const LIMIT: u64 = 5;\n",
  "pub mod inner {\n    thread_local! { pub static TABLE_OF_ALL: RefCell<u64> = RefCell::default(); }\n    pub fn fill() { TABLE_OF_ALL.with_borrow_mut(|it| *it += 1); super::super::refill(); }\n}\npub fn refill() { inner::fill() }\n",
  'impl Holder {\n    pub fn put(&self, of: Principal) { TABLE_OF_ALL.with_borrow_mut(|it| it.insert(of, 1)); }\n}\n#[ic_cdk::update(guard = "only_owner")]\nfn store(holder: Holder, of: Principal) { only_owner!(); holder.put(of); }\n',
  "impl Other {\n    pub fn put(&self, of: Principal, twice: bool) { only_owner!(); panic!() }\n}\nfn only_owner() -> Result<(), String> { Err(String::new()) }\n",
  'macro_rules! only_owner { () => { if msg_caller() != owner() { ic_cdk::trap("no") } } }\n',
  "#![allow(deprecated)]\n",
  "ic_cdk::export_candid!();\n",
  "pub fn with_table<R>(f: impl FnOnce(&mut BTreeMap<Principal, u64>) -> R) -> R {\n    TABLE_OF_ALL.with_borrow_mut(|it| f(it))\n}\n#[ic_cdk::update]\nfn put_all(of: Principal) {\n    with_table(|it| it.insert(of, 1));\n}\n",
  "fn ping(of: Principal, amount: u64) -> u64 {\n    if amount == 0 { panic!() } else { pong(of, amount - 1) }\n}\nfn pong(of: Principal, amount: u64) -> u64 {\n    TABLE_OF_ALL.with_borrow_mut(|it| it.insert(of, amount));\n    ping(of, amount)\n}\n",
];

function anyFunction(dice: Dice, { modules }: GeneratedCrate): GeneratedFunction | undefined {
  const functions = modules[dice.roll(modules.length)]?.functions ?? [];
  return functions[dice.roll(functions.length)];
}

function addFunction(dice: Dice, module: GeneratedModule): GeneratedFunction {
  const fresh: GeneratedFunction = {
    name: `extra_${dice.roll(1000)}`,
    entry: dice.chance(30) ? "update" : "none",
    isMethod: false,
    isAsync: dice.chance(30),
    awaitsCall: dice.chance(50),
    mayPanic: dice.chance(30),
    checksCaller: dice.chance(30),
    state: module.statics.length > 0 ? 0 : undefined,
    calls: [],
  };
  module.functions.splice(dice.roll(module.functions.length + 1), 0, fresh);
  return fresh;
}

/** State that holds a struct of the crate's own. */
function kept(fields: string): string {
  return `
#[derive(Default, CandidType)]
pub struct Kept { ${fields} }
thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}
#[ic_cdk::update]
fn keep(it: Kept) {
    KEPT.with_borrow_mut(|kept| kept.a = it.a);
}
`;
}
