/** What Candid files may import, told by their texts: too much rather than too little. */
import { posix } from "node:path";
import { expect, test } from "vitest";
import { ImportedNames } from "../../server/src/workspace/importedNames.ts";

const mayLead = (files: Record<string, string>, from = "/did/main.did", to = "/did/types/t.did") =>
  new ImportedNames({ readText: (path) => files[path] }, posix).mayLead(from, to);

test.each([
  ["an import", { "/did/main.did": 'import "types/t.did";' }],
  [
    "of a service, with comments between",
    { "/did/main.did": 'import /* of */ service // "\n "./types/../types/t.did"' },
  ],
  [
    "through others",
    { "/did/main.did": 'import "a.did"', "/did/a.did": 'import "types/b.did"', "/did/types/b.did": 'import "t.did"' },
  ],
  ["behind a quote without partner", { "/did/main.did": '// 3.5" wide\nimport "types/t.did";' }],
  ["spelled with escapes", { "/did/main.did": 'import "types/\\74.did";' }],
  ["in a circle", { "/did/main.did": 'import "a.did"', "/did/a.did": 'import "main.did"; import "types/t.did"' }],
])("may lead there: %s", (_, files) => expect(mayLead(files)).toBe(true));

test.each([
  ["no import", { "/did/main.did": 'type t = record { "types/t.did" : nat }' }],
  ["another file of that name", { "/did/main.did": 'import "t.did"', "/did/t.did": "type t = nat" }],
  ["a file that is not there", { "/did/main.did": 'import "missing.did"' }],
  ["a circle", { "/did/main.did": 'import "a.did"', "/did/a.did": 'import "main.did"' }],
])("leads elsewhere: %s", (_, files) => expect(mayLead(files)).toBe(false));
