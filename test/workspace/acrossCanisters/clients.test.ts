/** Rules that read the code of a whole project: frontends, tests, scripts. */
import { describe, expect, test } from "vitest";
import { askedReports } from "../../../server/src/workspace/askedReports.ts";
import { allRulesOn } from "../../../server/src/workspace/report.ts";
import { project, workspaceOf } from "../../support/acrossCanisters.ts";

const wanted = new Set(["declarations-missing", "unused-endpoint-in-did"]);
const bank =
  "service : {\n  deposit : () -> ();\n  withdraw : () -> ();\n  list : () -> ();\n  reset_fees : () -> ();\n}";
const source =
  "#[update] fn deposit() {} #[update] fn withdraw() {} #[update] fn list() {} #[update] fn reset_fees() {}";
const app =
  "import { bank } from '../declarations/bank';\nawait bank.deposit();\nawait bank.withdraw();\nawait bank.list();\n";
const generated = "export const idlFactory = ({ IDL }) => IDL.Service({ deposit, withdraw, list, reset_fees });";

/** Findings about a file as `rule severity «text at the range» message`, every rule being asked for. */
function found(files: Record<string, string>, path = "bank.did"): string[] {
  const reports = askedReports(workspaceOf(files).snapshot(), `/p/${path}`, allRulesOn);
  return reports
    .filter((it) => wanted.has(it.rule))
    .map((it) => `${it.rule} ${it.severity} «${files[path]?.slice(it.range.start, it.range.end)}» ${it.message}`);
}

const withApp = (more: Record<string, string> = {}, interfaceText = bank) =>
  project(source, interfaceText, { "src/app.ts": app, "src/declarations/bank/bank.did.js": generated, ...more });

describe("unused-endpoint-in-did", () => {
  test("a method that nothing uses, where the frontend uses the others", () => {
    expect(found(withApp())).toEqual([
      "unused-endpoint-in-did hint «reset_fees» No code, test or frontend of this project uses `reset_fees` of `bank`, and everybody can call it. Remove it, unless others need it.",
    ]);
  });

  test("is not looked for unless a setting asks for it", () => {
    const snapshot = workspaceOf(withApp()).snapshot();
    expect(askedReports(snapshot, "/p/bank.did", new Map()).map((it) => it.rule)).toEqual([]);
  });

  test.each([
    ["a test in Rust uses it", { "shop/tests/all.rs": 'fn t() { update(bank, "reset_fees"); }' }],
    ["a script uses it", { "scripts/reset.sh": "dfx canister call bank reset_fees" }],
    ["a workflow uses it", { ".github/workflows/ci.yml": "run: dfx canister call bank reset_fees" }],
    ["another canister uses it", { "other/main.mo": "await bank.reset_fees();" }],
    ["the source itself calls it", { "shop/src/lib.rs": `${source} fn all() { reset_fees() }` }],
    ["hardly any method is used: the frontend lies elsewhere", { "src/app.ts": "bank.deposit();" }],
    ["there is no frontend", { "src/app.ts": "", "shop/tests/all.rs": 'f("deposit", "withdraw", "list")' }],
  ])("trap: %s", (_, more) => {
    expect(found(withApp(more))).toEqual([]);
  });

  test("trap: methods of standards, of gateways, for governance and for tools", () => {
    const names = ["icrc1_name", "http_request", "__debug", "validate_reset", "get_cycles", "api_version", "transform"];
    const more = names.map((it) => `  ${it} : () -> ();\n`).join("");
    const bindings = { "src/declarations/bank/bank.did.js": "" };
    expect(found(withApp({ ...bindings, "src/b.ts": "bank.reset_fees()" }, bank.replace("\n}", `\n${more}}`)))).toEqual(
      [],
    );
  });

  test("folders that nobody wrote say nothing", () => {
    const more = { "node_modules/x/a.ts": "reset_fees", "dist/a.js": "reset_fees", "src/bank.did.ts": "reset_fees" };
    expect(found(withApp(more))).toHaveLength(1);
  });
});

describe("declarations-missing", () => {
  test("declarations that lack a method of the interface", () => {
    const old = {
      "src/declarations/bank/bank.did.js": "IDL.Service({ deposit, withdraw, list });",
      "src/b.ts": "reset_fees()",
    };
    expect(found(withApp(old))).toEqual([
      "declarations-missing information «reset_fees» The declarations of `bank` that code imports are older than this file: they have no `reset_fees`. Generate them again.",
    ]);
    expect(found(withApp({ ...old, "src/app.ts": "bank.deposit()" }))).toEqual([]);
  });

  test("a canister that the project does not have", () => {
    const files = withApp({ "src/app.ts": 'import { bank } from "../declarations/bnak";' });
    const [first, ...others] = found(files, "dfx.json");
    expect(others).toEqual([]);
    expect(first).toContain(
      "Code imports the declarations of `bnak`, and the project has no canister of this name. Is `bank` meant?",
    );
  });

  test.each([
    ["the folder lies there all the same", { "src/declarations/ledger/index.js": "" }],
    [
      "the file that is imported lies there",
      { "lib/declarations/ledger.ts": "", "src/app.ts": 'import "../lib/declarations/ledger";' },
    ],
    ["something else is imported", { "src/app.ts": 'import { x } from "./declaration/ledger";' }],
    ["a comment names it", { "src/app.ts": "// see declarations/ledger" }],
  ])("trap: %s", (_, more) => {
    const files = withApp({ "src/app.ts": 'import { ledger } from "../declarations/ledger";', ...more });
    expect(found(files, "dfx.json")).toEqual([]);
  });

  test("nothing generates what is imported; a script or a dfx.json would", () => {
    const { "dfx.json": dfx = "", ...rest } = project(source, bank, {
      "icp.yaml":
        'canisters:\n  - name: shop\n    recipe:\n      type: "@dfinity/rust@v3.3.0"\n      configuration: { package: shop, candid: shop/shop.did }\n',
      "shop/shop.did": bank,
      "src/app.ts": 'import { shop } from "../declarations/shop";',
    });
    expect(found(rest, "icp.yaml")).toEqual([
      "declarations-missing information «shop» Code imports the declarations of `shop`, which are not there, and nothing in the project generates them. Generate them in a step of the build.",
    ]);
    const script = { "package.json": '{ "scripts": { "build": "didc bind shop/shop.did -t js" } }' };
    expect(found({ ...rest, ...script }, "icp.yaml")).toEqual([]);
    expect(found({ ...rest, "old/dfx.json": dfx }, "icp.yaml")).toEqual([]);
  });
});
