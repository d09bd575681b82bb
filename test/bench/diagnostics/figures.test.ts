import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../support/sourceFiles.ts";
import { addUp, type DiagnosticsFigures, figuresText } from "./figures.ts";
import type { CheckMeasurement } from "./measureCheck.ts";

const manifest = '[package]\nname = "counter"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n';
const source =
  "#[ic_cdk::query]\nfn debug_state() -> u64 { 3 }\n\n#[ic_cdk::heartbeat]\nfn beat() {\n    std::thread::sleep(TICK);\n}\n";

test("a small project is measured as a user would check it", () => {
  const folder = mkdtempSync(join(tmpdir(), "canister-workbench-"));
  try {
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "Cargo.toml"), manifest);
    writeFileSync(join(folder, "src/lib.rs"), source);
    writeFileSync(join(folder, "unused.rs"), "fn a() {}");
    mkdirSync(join(folder, "target"));
    writeFileSync(join(folder, "target/built.rs"), "fn b() {}");
    const json = join(folder, "figures.json");
    const script = join(projectRoot, "test/bench/diagnostics.ts");
    const text = execFileSync(process.execPath, [script, folder, "--json", json], { encoding: "utf8" });
    const figures = JSON.parse(readFileSync(json, "utf8")) as DiagnosticsFigures;
    expect(figures).toMatchObject({ version: 1, files: 2, lines: 13, bytes: manifest.length + source.length });
    expect(figures.rustOnDisk).toEqual({ files: 2, bytes: source.length + 9 });
    expect(figures.rustChecked).toEqual({ files: 1, bytes: source.length });
    expect(figures.byRule["debug-endpoint-exported"]).toMatchObject({ count: 1 });
    expect(figures.reports.count).toBe(Object.values(figures.byRule).reduce((all, it) => all + it.count, 0));
    expect(figures.wallMillis).toBeGreaterThan(0);
    // A process with Node in it and less than 20 MB does not exist.
    expect(figures.peakBytes).toBeGreaterThan(20e6);
    expect(figures.slowest.map((it) => it.path)).toEqual([join(folder, "src/lib.rs")]);
    expect(text).toBe(figuresText(figures));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("several checks are added up: times in sum, memory at its largest, densities over all lines", () => {
  const check = (parts: Partial<CheckMeasurement>): CheckMeasurement => {
    return {
      target: "a",
      reports: [],
      rustOnDisk: { files: 3, bytes: 9_000 },
      rustChecked: { files: 1, bytes: 8_000 },
      files: 1,
      lines: 500,
      bytes: 9_000,
      wallMillis: 100,
      cpuMillis: 60,
      peakBytes: 1e8,
      slowest: [],
      ...parts,
    };
  };
  const report = (rule: string, severity: string) => ({ rule, severity });
  const figures = addUp([
    check({ reports: [report("x", "hint"), report("x", "warning")], slowest: [{ path: "p", lines: 500, millis: 2 }] }),
    check({
      target: "b",
      lines: 1_500,
      peakBytes: 3e8,
      wallMillis: 150,
      slowest: [{ path: "q", lines: 9, millis: 3 }],
    }),
  ]);
  expect(figures).toMatchObject({ files: 2, lines: 2_000, bytes: 18_000, wallMillis: 250, peakBytes: 3e8 });
  expect(figures.reports).toEqual({ count: 2, perThousandLines: 1 });
  expect(figures.bySeverity).toMatchObject({ hint: { count: 1, perThousandLines: 0.5 }, error: { count: 0 } });
  expect(figures.byRule).toEqual({ x: { count: 2, perThousandLines: 1, severity: "warning, hint" } });
  expect(figures.slowest.map((it) => it.path)).toEqual(["q", "p"]);
  expect(figuresText(figures)).toContain(
    "2 files, 2,000 lines, 0.02 MB; Rust on disk 6 files, 0.02 MB, of which checked 2 files, 0.02 MB: 0.25 s (processor 0.12 s), peak memory 300 MB",
  );
  expect(addUp([]).reports).toEqual({ count: 0, perThousandLines: 0 });
});
