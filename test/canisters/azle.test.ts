/** Canisters in JavaScript on azle's templates: megabytes of Wasm that others compiled, from their npm package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Principal } from "../../server/src/base/principal.ts";
import { developer, rejectText, replied, repliedText, TestNetwork } from "../support/engine.ts";
import { azleCanister } from "./azleCanister.ts";
import { npmPackage } from "./npmPackages.ts";

const none = new Uint8Array(0);

/** A counter in QuickJS, some work, a trap, a call with its promise, a value in a stable map. */
const javaScript = `
const isStable = globalThis._azleIc !== undefined;
const ic = isStable ? globalThis._azleIc : globalThis._azleIcExperimental;
const given = (bytes) => (isStable ? bytes : bytes.buffer);
const bytes = (text) => given(Uint8Array.from([...text].map((it) => it.charCodeAt(0))));
const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
const map = isStable ? 0 : "0";
let count = 0;
globalThis._azleResolveCallbacks = {};
globalThis._azleRejectCallbacks = {};
globalThis._azleDispatch = () => {};
globalThis._azleCanisterClassMeta = { callbacks: {
  0: () => { count += 1; ic.msgReply(bytes("count " + count)); },
  1: () => ic.msgReply(bytes("count " + count)),
  2: () => ic.msgReply(bytes("fibonacci " + fibonacci(20))),
  3: () => { count += 100; throw new Error("boom"); },
  4: () => {
    globalThis._azleResolveCallbacks["a"] = (data) => { count += 10; ic.msgReply(data); };
    globalThis._azleRejectCallbacks["a"] = (error) => ic.msgReject(error.rejectMessage);
    ic.callRaw("a", "b", given(new Uint8Array(0)), "raw_rand", bytes("DIDL\\0\\0"), "0");
  },
  5: () => {
    ic.stableBTreeMapInit(map);
    ic.stableBTreeMapInsert(map, bytes("key"), ic.msgArgData());
    ic.msgReply(bytes("kept"));
  },
  6: () => { ic.stableBTreeMapInit(map); ic.msgReply(ic.stableBTreeMapGet(map, bytes("key"))); },
}};
`;

const methods = {
  "canister_update add": 0,
  "canister_query get": 1,
  "canister_query fibonacci": 2,
  "canister_update fail": 3,
  "canister_update random": 4,
  "canister_update keep": 5,
  "canister_update kept": 6,
};

describe.each(["stable", "experimental"])("azle's %s template", (kind) => {
  let wasm: Uint8Array;

  beforeAll(() => {
    const template = join(npmPackage("azle", "0.33.0"), "dist/canister_templates", `${kind}.wasm`);
    wasm = azleCanister(readFileSync(template), { javaScript, methods });
  });

  function installed(): { readonly network: TestNetwork; readonly id: Principal } {
    const network = new TestNetwork();
    const id = network.create({ cycles: 10n ** 15n });
    replied(network.install(id, wasm));
    network.subnet.executeUntilIdle(100);
    return { network, id };
  }

  const query = (network: TestNetwork, id: Principal, method: string) =>
    network.subnet.query({ caller: developer, canisterId: id, method, argument: none });

  test("runs JavaScript, and a trap takes back what it did", () => {
    const { network, id } = installed();
    expect(repliedText(network.ingress(id, "add", none))).toBe("count 1");
    expect(rejectText(network.ingress(id, "fail", none))).toMatch(/boom|TODO needs error info/);
    expect(repliedText(network.ingress(id, "add", none))).toBe("count 2");
    expect(repliedText(query(network, id, "get").response)).toBe("count 2");
  });

  test("counts the same instructions each time", () => {
    const { network, id } = installed();
    const [first, second] = [query(network, id, "fibonacci"), query(network, id, "fibonacci")];
    expect(repliedText(first.response)).toBe("fibonacci 6765");
    expect(first.instructions).toBe(second.instructions);
    expect(first.instructions).toBeGreaterThan(10_000_000n);
  });

  test("settles a promise in the callback of a call", () => {
    const { network, id } = installed();
    expect(replied(network.ingress(id, "random", none))).toHaveLength(42);
    expect(repliedText(query(network, id, "get").response)).toBe("count 10");
  });

  test("keeps its stable map over an upgrade, not its heap", () => {
    const { network, id } = installed();
    network.ingress(id, "add", none);
    expect(repliedText(network.ingress(id, "keep", new TextEncoder().encode("a value")))).toBe("kept");
    replied(network.upgrade(id, wasm));
    network.subnet.executeUntilIdle(100);
    expect(repliedText(query(network, id, "get").response)).toBe("count 0");
    expect(repliedText(network.ingress(id, "kept", none))).toBe("a value");
  });
});
