import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Longer than a commit takes to be looked up, shorter than anybody waits: milliseconds. */
const timeoutMillis = 3000;

/** Texts of files as a revision of their repository has them. Without git, or outside of a repository, there are none. */
export class GitHistory {
  private readonly revision: string;
  private readonly texts = new Map<string, { readonly stamp: string; readonly text: string | undefined }>();
  private isMissing = false;

  /** `revision` as git reads it: `HEAD`, `main`, `v1.2.0`. */
  constructor(revision = "HEAD") {
    this.revision = revision;
  }

  /** The text of a file in the revision; asked of git again when another commit was checked out or made. */
  textOf(file: string): string | undefined {
    const stamp = this.isMissing ? undefined : repositoryStamp(path.dirname(file));
    if (stamp === undefined) return undefined;
    const known = this.texts.get(file);
    if (known?.stamp === stamp) return known.text;
    const text = this.show(file);
    this.texts.set(file, { stamp, text });
    return text;
  }

  private show(file: string): string | undefined {
    const { status, stdout, error } = git(path.dirname(file), ["show", `${this.revision}:./${path.basename(file)}`]);
    if (error !== undefined && "code" in error && error.code === "ENOENT") this.isMissing = true;
    return status === 0 ? stdout.replace(/^\uFEFF/, "") : undefined;
  }
}

/** Whether a revision names a commit of the repository around a folder. */
export function hasRevision(directory: string, revision: string): boolean {
  return git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]).status === 0;
}

function git(directory: string, words: readonly string[]) {
  return spawnSync("git", ["-C", directory, ...words], {
    encoding: "utf8",
    timeout: timeoutMillis,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    windowsHide: true,
  });
}

/** Tells states of the repository around a folder apart; undefined outside of one. */
function repositoryStamp(directory: string): string | undefined {
  for (let at = directory; ; at = path.dirname(at)) {
    const own = gitDirectory(path.join(at, ".git"));
    if (own !== undefined)
      return [own, path.join(own, "HEAD"), path.join(own, "logs", "HEAD")].map(changeTime).join(" ");
    if (path.dirname(at) === at) return undefined;
  }
}

/** Where a repository keeps its state: in worktrees beside the first one `.git` is a file that names the folder. */
function gitDirectory(entry: string): string | undefined {
  const stat = statSync(entry, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return stat === undefined ? undefined : entry;
  try {
    const [, named = ""] = /^gitdir:\s*(.+?)\s*$/m.exec(readFileSync(entry, "utf8")) ?? [];
    return path.resolve(path.dirname(entry), named);
  } catch {
    return entry;
  }
}

function changeTime(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
