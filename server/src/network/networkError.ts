import { networkErrors } from "../protocol/network.ts";

/** A request that cannot be answered, in words for the user; `code` is one of `networkErrors`, or absent. */
export class NetworkError extends Error {
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.name = "NetworkError";
    this.code = code;
  }
}

/** No canister of that name or id. */
export function canisterNotFoundError(canister: string, known: readonly string[]): NetworkError {
  const others =
    known.length === 0
      ? "The network has no canister yet: install one first."
      : `Canisters on the network: ${known.join(", ")}.`;
  return new NetworkError(`There is no canister \`${canister}\`. ${others}`, networkErrors.canisterNotFound);
}

/** The state directory cannot be read or written: what was tried, why it failed, what to do. */
export function stateDirectoryError(attempt: string, error: unknown): NetworkError {
  return new NetworkError(`${attempt}: ${reasonOf(error)}`, networkErrors.stateDirectoryUnusable);
}

/** The saved state is whole, but needs another host or another version; it is left as it is. */
export function stateNotForHere(directory: string, { message }: Error): NetworkError {
  return new NetworkError(
    `The network's state was left as it is: ${message} Use the Node or the version that made it (this is Node ${process.versions.node}), or delete ${directory} to begin anew.`,
    networkErrors.stateDirectoryUnusable,
  );
}

/** The reason of a failed file operation, in words, with what to do about the common ones. */
export function reasonOf(error: unknown): string {
  const code = errorCodeOf(error);
  switch (code) {
    case "ENOSPC":
      return "the disk is full. Free some space.";
    case "EDQUOT":
      return "your disk quota is used up. Free some space.";
    case "EACCES":
    case "EPERM":
      return "access is not allowed. Check the permissions of the folder.";
    case "EROFS":
      return "the file system is read-only. Make it writable, or work on a copy elsewhere.";
    case "ENOTDIR":
    case "EEXIST":
      return "a file is in the way where a folder should be.";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** `ENOENT` and the like, of an error of the file system. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
