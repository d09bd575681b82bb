import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Unit tests: everything that needs no VS Code and no cargo. The slower suites have configurations of their own. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/editor/**", "test/canisters/**", "**/node_modules/**", "test/out/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
