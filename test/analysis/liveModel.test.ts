/** A model that follows the edits of a crate is the one that would be read from its texts alone. */
import { describe, expect, test } from "vitest";
import type { CanisterModel, ModelFunction, StateVariable } from "../../server/src/analysis/canisterModel.ts";
import { FunctionModel } from "../../server/src/analysis/functionModel.ts";
import { LiveModel } from "../../server/src/analysis/liveModel.ts";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { editCrate } from "../support/crateEdits.ts";
import { Dice } from "../support/dice.ts";
import { crateTexts, generateCrate } from "../support/generatedCrate.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

/** A model as text that can be compared: functions and statics by their names and places where they are referred to. */
function described(model: CanisterModel): Record<string, string> {
  const result: Record<string, string> = {};
  for (const it of model.functions) result[nameOf(it)] = text(plain(it));
  for (const it of model.state) result[`static ${it.name} ${it.path} ${it.range.start}`] = JSON.stringify(it);
  result["order"] = model.functions.map(nameOf).join("\n");
  const { packageName, files, entryPoints, constants, cdkNames, cdkVersion, itemMacros, placedMacros } = model;
  const { versions, hasError, unreadable } = model;
  const crate = { packageName, files, cdkVersion, itemMacros, placedMacros, versions, hasError, unreadable };
  return { ...result, rest: text({ ...crate, entryPoints, constants, cdkNames }) };
}

/** What differs first in each part. */
function differences(a: Record<string, string>, b: Record<string, string>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    const [one = "nothing", other = "nothing"] = [a[key], b[key]];
    if (one === other) return [];
    let at = 0;
    while (one[at] === other[at]) at++;
    const near = (it: string) => it.slice(Math.max(0, at - 80), at + 120);
    return [`${key}: ${near(one)} instead of ${near(other)}`];
  });
}

function plain(it: ModelFunction): object {
  const contents = it instanceof FunctionModel ? it.now : it;
  const executions = contents.executions.map(({ steps, endsAt }) => [steps.length, endsAt?.range.start]);
  return { ...contents, executions, names: [...contents.names] };
}

function nameOf({ path, range, displayName }: ModelFunction): string {
  return `${path}:${range.start} ${displayName}`;
}

function text(value: object): string {
  return JSON.stringify(value, (key, it: unknown) => {
    if (it instanceof FunctionModel) return nameOf(it);
    if (key === "at") return { order: (it as { order: number }).order };
    if (key === "variable") return `${(it as StateVariable).path} ${(it as StateVariable).range.start}`;
    if (key === "root" || key === "errorArms" || key === "decides" || key === "arms") return undefined;
    return it instanceof Map ? [...it] : it;
  });
}

describe("a model that follows edits", () => {
  for (let seed = 1; seed <= 8; seed++) {
    test(`is the model that the texts alone give, seed ${seed}`, () => {
      const dice = new Dice(seed);
      const crate = generateCrate(dice, { files: 8, modulesOfArea: 3, functionsOfModule: 5 });
      const files: Record<string, string> = {};
      const write = () => {
        for (const path of Object.keys(files)) delete files[path];
        for (const [path, it] of Object.entries(crateTexts(crate))) files[path.slice("src/".length)] = it;
      };
      const sources = crateOf(files);
      const facts = new RustFacts(parser);
      const live = new LiveModel();
      const told: string[] = [];
      for (let edit = 0; edit < 40; edit++) {
        write();
        const followed = described(live.follow(sources, facts));
        const afresh = described(new LiveModel().follow(sources, facts));
        expect(differences(followed, afresh), `edit ${edit}: ${told.slice(-2).join(", ")}`).toEqual([]);
        for (let more = 1 + dice.roll(2); more > 0; more--) told.push(editCrate(dice, crate));
      }
    });
  }

  test("who looks where a static stands is concerned when it moves, who looks at its function is not", () => {
    const files = {
      "lib.rs": "mod a;\nfn reads() -> u64 { a::N.get() }\n",
      "a.rs": "thread_local! { pub static N: Cell<u64> = Cell::new(0); }\n",
    };
    const facts = new RustFacts(parser);
    const live = new LiveModel();
    const model = live.follow(crateOf(files), facts);
    const states = () =>
      model.functions.flatMap((it) => it.steps.flatMap((step) => ("state" in step ? [step.state] : [])));
    const ranges = () => states().map(({ variable }) => variable.range);
    const [ofStates, ofRanges] = [states, ranges].map(
      (look: () => object) => live.recorder.record("byFunction", live.revisions, look).reads,
    );
    expect(ranges()).toEqual([{ start: 16, end: 55 }]);
    files["a.rs"] = `// moved\n${files["a.rs"]}`;
    live.follow(crateOf(files), facts);
    expect([ofStates, ofRanges].map((it) => it?.isCurrent(live.revisions))).toEqual([true, false]);
    expect(ranges()).toEqual([{ start: 25, end: 64 }]);
  });

  test("a function of a type is found when its impl comes, and not when another one may be meant", () => {
    const impl = "impl crate::Event { pub fn create() { crate::N.set(1); } }";
    const files = {
      "lib.rs":
        "mod a;\nmod b;\npub struct Event;\nthread_local! { pub static N: Cell<u64> = Cell::new(0); }\nfn add() { Event::create(); }\n",
      "a.rs": "",
      "b.rs": "",
    };
    const facts = new RustFacts(parser);
    const live = new LiveModel();
    const writes = () => {
      const followed = live.follow(crateOf(files), facts);
      expect(differences(described(followed), described(new LiveModel().follow(crateOf(files), facts)))).toEqual([]);
      return followed.functions.find((it) => it.name === "add")?.summary.writes.length;
    };
    expect(writes()).toBe(0);
    files["a.rs"] = impl;
    expect(writes()).toBe(1);
    files["b.rs"] = `pub struct Event; ${impl.replace("crate::Event", "Event")}`;
    expect(writes()).toBe(0);
    files["b.rs"] = "";
    expect(writes()).toBe(1);
  });

  test("what a type is made of is known wherever it is asked for", () => {
    const text = (fields: string) =>
      `pub struct Kept { ${fields} }\nthread_local! { static KEPT: RefCell<Kept> = RefCell::default(); }\nfn keep() { KEPT.with_borrow_mut(|it| it.a = 1); }\n`;
    const files = { "lib.rs": text("pub a: u64"), "a.rs": "" };
    const facts = new RustFacts(parser);
    const live = new LiveModel();
    const read = () => {
      const model = live.follow(crateOf(files), facts);
      const afresh = new LiveModel().follow(crateOf(files), facts);
      const types = [model, afresh].map((it) => {
        const [keep] = it.functions;
        return JSON.stringify(keep && it.candidType("Kept", keep));
      });
      expect(types[0]).toBe(types[1]);
      expect(differences(described(model), described(afresh))).toEqual([]);
      return model.state[0]?.fields.map((it) => it.name);
    };
    expect(read()).toEqual(["a"]);
    files["lib.rs"] = text("pub a: u64, pub b: String");
    expect(read()).toEqual(["a", "b"]);
    files["lib.rs"] = text("pub a: u64, pub b: StableCell<u64, Memory>");
    expect(read()).toEqual(["a", "b"]);
  });
});
