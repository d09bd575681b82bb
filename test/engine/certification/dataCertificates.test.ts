/** Certificates for queries, read and verified by @dfinity/agent as a client would. */
import { Certificate, lookupResultToBuffer } from "@dfinity/agent";
import { Principal as WirePrincipal } from "@dfinity/principal";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../server/src/base/bytes.ts";
import type { Principal } from "../../../server/src/base/principal.ts";
import { type hashTreeOf, rootHash } from "../../../server/src/engine/certification/hashTree.ts";
import { SubnetKey } from "../../../server/src/engine/certification/subnetKey.ts";
import { SubnetNetwork } from "../../../server/src/engine/subnetNetwork.ts";
import { assembleModule, code, leb } from "../../support/assembleModule.ts";
import { developer, embedder, epochNanos, replied, TestSubnets } from "../../support/engine.ts";

const i32 = 0x7f;

/** A canister that certifies the argument of its update, and whose query replies with the certificate. */
function certifyingModule(): Uint8Array {
  const imports = {
    msg_arg_data_size: [[], [i32]],
    msg_arg_data_copy: [[i32, i32, i32], []],
    certified_data_set: [[i32, i32], []],
    data_certificate_size: [[], [i32]],
    data_certificate_copy: [[i32, i32, i32], []],
    msg_reply_data_append: [[i32, i32], []],
    msg_reply: [[], []],
  } as const;
  const names = Object.keys(imports);
  const call = (name: keyof typeof imports) => [0x10, ...leb(names.indexOf(name))];
  const { i32Const } = code.op;
  const copy = (size: keyof typeof imports, copied: keyof typeof imports) => [
    ...[...i32Const(0), ...i32Const(0), ...call(size), ...call(copied)],
    ...[...i32Const(0), ...call(size)],
  ];
  return assembleModule({
    imports,
    functions: [
      {
        parameters: [],
        results: [],
        locals: [],
        body: [...copy("msg_arg_data_size", "msg_arg_data_copy"), ...call("certified_data_set"), ...call("msg_reply")],
      },
      {
        parameters: [],
        results: [],
        locals: [],
        body: [
          ...copy("data_certificate_size", "data_certificate_copy"),
          ...call("msg_reply_data_append"),
          ...call("msg_reply"),
        ],
      },
    ],
    table: [],
    memoryPages: 1,
    exports: { "canister_update certify": names.length, "canister_query certificate": names.length + 1 },
  });
}

const options = { embedder, seed: Uint8Array.of(7), timeNanos: epochNanos };

function certified(network: SubnetNetwork, id: Principal, data: string): Uint8Array {
  const test = new TestSubnets(network);
  replied(test.ingress(id, "certify", new TextEncoder().encode(data)));
  return queried(network, id);
}

function queried(network: SubnetNetwork, id: Principal): Uint8Array {
  return replied(
    network.query({ caller: developer, canisterId: id, method: "certificate", argument: new Uint8Array(0) }).response,
  );
}

async function verify(certificate: Uint8Array, rootKey: Uint8Array, id: Principal): Promise<string> {
  const canisterId = WirePrincipal.fromUint8Array(id.bytes);
  const verified = await Certificate.create({
    certificate: new Uint8Array(certificate),
    rootKey: new Uint8Array(rootKey),
    canisterId,
    disableTimeVerification: true,
  });
  const data = lookupResultToBuffer(verified.lookup_path(["canister", canisterId.toUint8Array(), "certified_data"]));
  return new TextDecoder().decode(data);
}

describe("a query that reads its certificate", () => {
  test("gets one that agents verify with the root key", async () => {
    const network = SubnetNetwork.create(options);
    const test = new TestSubnets(network);
    const id = test.create();
    replied(test.install(id, certifyingModule()));
    const certificate = certified(network, id, "what I certify");
    const { publicKeyDer, subnetId } = new SubnetKey(options.seed);
    expect(network.subnets()[0]?.subnetId.text).toBe(subnetId.text);
    expect(await verify(certificate, publicKeyDer, id)).toBe("what I certify");
    const other = new SubnetKey(Uint8Array.of(8)).publicKeyDer;
    await expect(verify(certificate, other, id)).rejects.toThrow();
    const changed = certificate.slice();
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    await expect(verify(changed, publicKeyDer, id)).rejects.toThrow();
    expect(certified(network, id, "something else")).not.toEqual(certificate);
  });

  test("shares it with those of the same second until the data change", () => {
    const network = SubnetNetwork.create({ ...options, timeNanos: epochNanos - (epochNanos % 1_000_000_000n) });
    const test = new TestSubnets(network);
    const id = test.create();
    replied(test.install(id, certifyingModule()));
    const first = certified(network, id, "one");
    network.advanceTime(999_999_999n - (network.timeNanos % 1_000_000_000n));
    expect(queried(network, id)).toEqual(first);
    network.advanceTime(1n);
    const second = queried(network, id);
    expect(second).not.toEqual(first);
    expect(certified(network, id, "two")).not.toEqual(second);
  });

  test("of another subnet gets one with the root subnet's delegation", async () => {
    const network = SubnetNetwork.create({ ...options, subnets: ["application", "nns"] });
    const test = new TestSubnets(network);
    const id = test.create();
    replied(test.install(id, certifyingModule()));
    const key = network.rootKey;
    expect(toHex(key)).toContain("308182301d06");
    expect(await verify(certified(network, id, "far away"), key, id)).toBe("far away");
  });
});

test("hashes of trees are those of the specification's example", () => {
  // https://internetcomputer.org/docs/references/ic-interface-spec#example, where forks are as written there.
  const text = (it: string) => new TextEncoder().encode(it);
  const labeled = (label: string, tree: ReturnType<typeof hashTreeOf>) =>
    ({ kind: "labeled", label: text(label), tree }) as const;
  const leaf = (it: string) => ({ kind: "leaf", content: text(it) }) as const;
  const fork = (left: ReturnType<typeof hashTreeOf>, right: ReturnType<typeof hashTreeOf>) =>
    ({ kind: "fork", left, right }) as const;
  const tree = fork(
    fork(
      labeled("a", fork(fork(labeled("x", leaf("hello")), { kind: "empty" }), labeled("y", leaf("world")))),
      labeled("b", leaf("good")),
    ),
    fork(labeled("c", { kind: "empty" }), labeled("d", leaf("morning"))),
  );
  expect(toHex(rootHash(tree))).toBe("eb5c5b2195e62d996b84c9bcc8259d19a83786a2f59e0878cec84c811f669aa0");
});
