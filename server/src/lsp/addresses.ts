import { URI } from "vscode-uri";

/** The path of a document: of the file system where it is a file, else its address as it stands. */
export function pathOf(address: string): string {
  const uri = URI.parse(address);
  return uri.scheme === "file" ? uri.fsPath : address;
}

/** The address of a path, spelled as VS Code spells it. */
export function addressOf(path: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(path) ? path : URI.file(path).toString();
}
