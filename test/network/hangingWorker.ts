/** The network's Worker, with a request that never comes back, as a host call that hangs would not. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", (message: { method?: string; params?: { canister?: string } }) => {
  if (message.method !== "network/logs" || message.params?.canister !== "hang") return;
  for (;;);
});

await import("../../server/src/networkWorker.ts");
