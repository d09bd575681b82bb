import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { join } from "node:path";
import { networkErrors } from "../protocol/network.ts";
import { errorCodeOf, NetworkError, stateDirectoryError } from "./networkError.ts";

/** Who holds a state directory. */
export interface LockHolder {
  readonly pid: number;
  /** In words for users: `VS Code`, `canister-workbench call`. */
  readonly program: string;
  readonly host: string;
  /** Milliseconds since 1970-01-01. */
  readonly sinceMillis: number;
}

/** A state directory that this process holds. */
export interface DirectoryLock {
  /** Gives it back; a second call does nothing. */
  release(): void;
}

/** Name of the file whose presence is the lock. */
const lockFile = "lock";

/** Rounds of taking over the lock of a process that is gone, before giving up. */
const attemptsMax = 5;

/**
 * Takes a state directory for this process. Throws `stateDirectoryLocked`, naming the holder, when another process has
 * it; the lock of a process that is gone is taken over.
 */
export function lockDirectory(directory: string, program: string): DirectoryLock {
  const path = join(directory, lockFile);
  const own: LockHolder = { pid: process.pid, program, host: hostname(), sinceMillis: Date.now() };
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (createLock(path, own)) return heldLock(path, own);
    const found = readLock(path);
    if (found === undefined) continue;
    if (isAlive(found.holder)) throw lockedError(directory, path, found.holder);
    takeAway(path, found.text);
  }
  throw new NetworkError(
    `The network's state in ${directory} is being opened by another process at the same time. Try again.`,
    networkErrors.stateDirectoryLocked,
  );
}

function heldLock(path: string, own: LockHolder): DirectoryLock {
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    process.removeListener("exit", release);
    const found = readLock(path);
    if (found?.holder.pid === own.pid && found.holder.sinceMillis === own.sinceMillis) removeFile(path);
  };
  process.once("exit", release);
  return { release };
}

/** False when there is a lock already. */
function createLock(path: string, holder: LockHolder): boolean {
  // Written under another name first, so that nobody ever reads half a lock.
  const draft = `${path}.${process.pid}`;
  try {
    removeFile(draft);
    const file = openSync(draft, "wx");
    writeSync(file, JSON.stringify(holder));
    closeSync(file);
    return linkOrRename(draft, path);
  } catch (error) {
    throw stateDirectoryError(`The network's state folder cannot be locked (${path})`, error);
  } finally {
    removeFile(draft);
  }
}

/** Gives a file the name of the lock unless that is taken; file systems without hard links get a plain new file. */
function linkOrRename(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "EEXIST") return false;
  }
  try {
    const file = openSync(path, "wx");
    writeSync(file, readFileSync(draft));
    closeSync(file);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function readLock(path: string): { readonly holder: LockHolder; readonly text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  return { holder: holderIn(text), text };
}

/** A lock that cannot be read was written by nobody who is still there: it has the process number 0. */
function holderIn(text: string): LockHolder {
  const unknown = { pid: 0, program: "unknown", host: hostname(), sinceMillis: 0 };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return unknown;
    const { pid, program, host, sinceMillis } = { ...unknown, ...value };
    if (!Number.isSafeInteger(pid) || typeof program !== "string" || typeof host !== "string") return unknown;
    return { pid, program, host, sinceMillis: Number(sinceMillis) };
  } catch {
    return unknown;
  }
}

function isAlive({ pid, host, sinceMillis }: LockHolder): boolean {
  // Processes of another machine (or container) cannot be looked up: the user decides.
  if (host !== hostname()) return true;
  // Before this machine started, that number belonged to another process. One minute for clocks that were set.
  const bootMillis = Date.now() - uptime() * 1000;
  if (pid <= 0 || sinceMillis < bootMillis - 60_000) return false;
  // Our own number: either this process holds it, or one that had the number before.
  if (pid === process.pid) return sinceMillis >= Date.now() - process.uptime() * 1000 - 1_000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) !== "ESRCH";
  }
}

/** Removes the lock that was read as `text`; one that another process made in between is put back. */
function takeAway(path: string, text: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== text) linkSync(aside, path);
  } catch {
    // Another process was faster; the next attempt sees what it left.
  }
  removeFile(aside);
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not there.
  }
}

function lockedError(directory: string, path: string, { pid, program, host }: LockHolder): NetworkError {
  const where = host === hostname() ? "" : ` on ${host}`;
  return new NetworkError(
    `The network's state in ${directory} is in use by ${program} (process ${pid}${where}). ` +
      `One process at a time can hold it: end that one and try again. If it is not running any more, delete ${path}.`,
    networkErrors.stateDirectoryLocked,
  );
}
