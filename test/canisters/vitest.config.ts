import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Slow tests that build canisters with cargo; they need the wasm32-unknown-unknown target. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: { include: ["test/canisters/**/*.test.ts"], testTimeout: 900_000, hookTimeout: 900_000, maxWorkers: 1 },
});
