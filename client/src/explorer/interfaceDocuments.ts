import { type Disposable, type TextDocumentContentProvider, Uri, workspace } from "vscode";
import type { InterfaceResult } from "../../../server/src/protocol/network.ts";
import type { CanisterItem } from "./canisterItem.ts";

const scheme = "canister-interface";

/** Read-only documents with the Candid interfaces of installed canisters, as their Wasm carries them. */
export class InterfaceDocuments implements TextDocumentContentProvider, Disposable {
  readonly #find: (name: string) => CanisterItem | undefined;
  readonly #interfaceOf: (canister: CanisterItem) => Promise<InterfaceResult>;
  readonly #registration: Disposable;

  constructor(
    find: (name: string) => CanisterItem | undefined,
    interfaceOf: (canister: CanisterItem) => Promise<InterfaceResult>,
  ) {
    this.#find = find;
    this.#interfaceOf = interfaceOf;
    this.#registration = workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** The text of the document that `interfaceAddress` names. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const canister = this.#find(uri.query);
    return canister === undefined ? "" : (await this.#interfaceOf(canister)).candid;
  }
}

/** The address of a canister's interface; another module has another address, so that no old text is shown. */
export function interfaceAddress({ name, summary }: CanisterItem): Uri {
  return Uri.from({
    scheme,
    path: `/${name}.did`,
    query: name,
    fragment: summary?.moduleHash ?? "",
  });
}
