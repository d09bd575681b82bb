/** Fixtures in the caret style: Rust text, with what is expected under the place where it is expected. */

export interface FixtureCase {
  readonly name: string;
  /** Version of ic-cdk, from `(ic-cdk 0.17)` in the case's name. */
  readonly cdkVersion: string;
  readonly text: string;
}

export interface Annotation {
  /** Lines count from zero. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly severity: string;
  /** Part of the message. */
  readonly message: string;
}

/** The cases of a fixture: each begins with `//- name`. */
export function fixtureCases(fixture: string): FixtureCase[] {
  return fixture
    .split(/^\/\/- /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      const name = part.slice(0, end).trim();
      return { name, cdkVersion: /\(ic-cdk ([\d.]+)\)/.exec(name)?.[1] ?? "0.20.1", text: part.slice(end + 1) };
    });
}

/** What the carets of a text say, each about the nearest line above that is no annotation. */
export function annotationsOf(text: string): Annotation[] {
  let line = -1;
  return text.split("\n").flatMap((content, index): Annotation[] => {
    const match = /^(\s*\/\/ *)(\^+) (error|warning|information|hint): (.*)$/.exec(content);
    if (match === null) {
      line = index;
      return [];
    }
    const [, before = "", carets = "", severity = "", message = ""] = match;
    return [{ line, start: before.length, end: before.length + carets.length, severity, message: message.trim() }];
  });
}
