import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cbor, requestIdOf } from "@dfinity/agent";
import { Principal as WirePrincipal } from "@dfinity/principal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toHex } from "../../server/src/base/bytes.ts";
import { Principal } from "../../server/src/base/principal.ts";
import { Identities } from "../../server/src/network/identities.ts";
import { ingressEnvelope } from "../../server/src/network/ingressEnvelope.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "identities-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("identities", () => {
  test("the developer's key is made once, and only the user can read it", () => {
    const { principal } = Identities.open(directory).named("developer");
    const path = join(directory, "identities", "developer.pem");
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(readFileSync(path)).asymmetricKeyType).toBe("ed25519");
    expect(Identities.open(directory).named("developer").principal.text).toBe(principal.text);
  });

  test("the principal is that of the public key", () => {
    const identity = Identities.open(directory).named("developer");
    if (identity.kind !== "key") throw new Error("the developer has a key");
    expect(identity.publicKeyDer).toHaveLength(44);
    expect(identity.principal.text).toBe(WirePrincipal.selfAuthenticating(identity.publicKeyDer).toText());
  });

  test("others are listed behind anonymous and the developer", () => {
    const identities = Identities.open(directory);
    for (const name of ["zoe", "alice"]) identities.create(name);
    expect(identities.all().map((it) => it.name)).toEqual(["anonymous", "developer", "alice", "zoe"]);
    expect(
      Identities.open(directory)
        .all()
        .map((it) => it.principal.text),
    ).toEqual(identities.all().map((it) => it.principal.text));
    expect(identities.named("anonymous").principal.text).toBe("2vxsx-fae");
  });

  test.each(["", "../escape", "a b", "anonymous", "developer", "Developer", "x".repeat(64)])(
    "`%s` cannot be created",
    (name) => {
      const identities = Identities.open(directory);
      expect(() => identities.create(name)).toThrow(/cannot be the name|There is an identity/);
    },
  );

  test("an unknown name is answered with the known ones", () => {
    expect(() => Identities.open(directory).named("bob")).toThrow("anonymous, developer");
  });

  test("a key that cannot be read is named, not replaced", () => {
    Identities.open(directory);
    const path = join(directory, "identities", "developer.pem");
    writeFileSync(path, "nonsense");
    expect(() => Identities.open(directory)).toThrow(path);
    expect(readFileSync(path, "utf8")).toBe("nonsense");
  });
});

describe("the envelope of a call", () => {
  const canisterId = Principal.fromText("lxzze-o7777-77777-aaaaa-cai")!;

  test.each(["developer", "anonymous"])("of %s is what an agent would send", (name) => {
    const sender = Identities.open(directory).named(name);
    for (const [method, size] of [
      ["get", 0],
      ["ü".repeat(20), 30],
      ["store", 70_000],
    ] as const) {
      const argument = new Uint8Array(size).fill(7);
      const nonce = new Uint8Array(16).fill(3);
      const expiryNanos = 1_780_000_000_000_000_000n;
      const envelope = ingressEnvelope(sender, { canisterId, method, argument, nonce, expiryNanos });
      const content = {
        request_type: "call",
        canister_id: canisterId.bytes,
        method_name: method,
        arg: argument,
        sender: sender.principal.bytes,
        ingress_expiry: expiryNanos,
        nonce,
      };
      expect(envelope.requestId).toBe(toHex(requestIdOf(content)));
      const signed = { content, sender_pubkey: new Uint8Array(44), sender_sig: new Uint8Array(64) };
      const encoded = Cbor.encode(name === "anonymous" ? { content } : signed);
      expect(envelope.bytes.length).toBe(encoded.length);
      expect(Cbor.decode<{ content: unknown }>(Uint8Array.from(envelope.bytes)).content).toMatchObject({
        method_name: method,
        arg: argument,
      });
    }
  });
});
