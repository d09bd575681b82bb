/**
 * Whether a text is all that a symbolic link became where links cannot be made: the path of another file, as git checks
 * it out on Windows. Such a file has nothing to say of its own.
 */
export function isLinkText(text: string): boolean {
  return text.length < 500 && /^\.{1,2}\/[\w./@+-]+\n?$/.test(text);
}
