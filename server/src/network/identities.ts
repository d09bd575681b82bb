import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Principal } from "../base/principal.ts";
import { NetworkError, reasonOf, stateDirectoryError } from "./networkError.ts";

/** Who sends a message: nobody in particular, or the holder of a key. */
export type SenderIdentity =
  | { readonly kind: "anonymous"; readonly name: string; readonly principal: Principal }
  | {
      readonly kind: "key";
      readonly name: string;
      readonly principal: Principal;
      readonly publicKeyDer: Uint8Array;
      readonly privateKey: KeyObject;
    };

/** The name of the identity that every workspace has, and that sends messages unless another one is chosen. */
export const developerName = "developer";

/** The name of the identity without a key. */
export const anonymousName = "anonymous";

const anonymous: SenderIdentity = { kind: "anonymous", name: anonymousName, principal: Principal.anonymous };

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/**
 * The identities of one workspace: anonymous, the developer's, and others that the user made. Each key is an Ed25519 key
 * in a PEM file of the state directory that only the user can read; it never leaves the machine.
 */
export class Identities {
  readonly #directory: string;
  readonly #known = new Map<string, SenderIdentity>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads the identities below a state directory and makes the developer's at first use. */
  static open(stateDirectory: string): Identities {
    const identities = new Identities(join(stateDirectory, "identities"));
    identities.#load();
    if (!identities.#known.has(developerName)) identities.create(developerName);
    return identities;
  }

  /** Anonymous first, then the developer's, then the others by name. */
  all(): readonly SenderIdentity[] {
    const others = [...this.#known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rank = (it: SenderIdentity) => (it.name === developerName ? 0 : 1);
    return [anonymous, ...others.sort((a, b) => rank(a) - rank(b))];
  }

  /** The identity of that name. Throws, naming those that there are. */
  named(name: string): SenderIdentity {
    const found = name === anonymousName ? anonymous : this.#known.get(name);
    if (found !== undefined) return found;
    const names = this.all().map((it) => it.name);
    throw new NetworkError(`There is no identity \`${name}\`. Identities of this workspace: ${names.join(", ")}.`);
  }

  /** Makes a new key. Throws when the name is taken or is none. */
  create(name: string): SenderIdentity {
    if (!namePattern.test(name)) {
      const allowed = "letters, digits, `-` and `_`, 63 at most, beginning with a letter or digit";
      throw new NetworkError(`\`${name}\` cannot be the name of an identity: use ${allowed}.`);
    }
    // The keys are files: names that differ only in case would be one file on some systems.
    if (this.all().some((it) => it.name.toLowerCase() === name.toLowerCase())) {
      throw new NetworkError(`There is an identity \`${name}\` already.`);
    }
    const { privateKey } = generateKeyPairSync("ed25519");
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const pem = privateKey.export({ type: "pkcs8", format: "pem" });
      writeFileSync(this.#path(name), pem, { mode: 0o600, flag: "wx" });
    } catch (error) {
      throw stateDirectoryError(`The key of the identity \`${name}\` cannot be written to ${this.#directory}`, error);
    }
    return this.#add(name, privateKey);
  }

  #load(): void {
    if (!existsSync(this.#directory)) return;
    for (const file of readdirSync(this.#directory)) {
      const name = file.endsWith(".pem") ? file.slice(0, -4) : undefined;
      if (name === undefined || !namePattern.test(name) || name === anonymousName) continue;
      this.#add(name, readKey(this.#path(name)));
    }
  }

  #add(name: string, privateKey: KeyObject): SenderIdentity {
    const publicKeyDer = createPublicKey(privateKey).export({ type: "spki", format: "der" });
    const principal = selfAuthenticating(publicKeyDer);
    const identity: SenderIdentity = { kind: "key", name, principal, publicKeyDer, privateKey };
    this.#known.set(name, identity);
    return identity;
  }

  #path(name: string): string {
    return join(this.#directory, `${name}.pem`);
  }
}

/** The principal of a public key. https://internetcomputer.org/docs/references/ic-interface-spec#id-classes */
export function selfAuthenticating(publicKeyDer: Uint8Array): Principal {
  const hash = createHash("sha224").update(publicKeyDer).digest();
  return Principal.ofBytes(Uint8Array.from([...hash, 2]));
}

function readKey(path: string): KeyObject {
  let reason: string;
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType === "ed25519") return key;
    reason = "it is no Ed25519 key";
  } catch (error) {
    reason = reasonOf(error);
  }
  throw new NetworkError(
    `The identity's key ${path} cannot be read: ${reason} Move the file away to go on without it; canisters then know you under another principal.`,
  );
}
