/** The rules that Candid files are checked by, in the order of their ids; what each one finds is decided by this folder. */

import type { DocumentedRule } from "../base/documentedRule.ts";

/** Every rule that `candidDiagnostics` and `candidAdvice` follow. */
export const candidRules: readonly DocumentedRule[] = [
  {
    id: "did-deprecated-keyword-name",
    severity: "information",
    isOptIn: true,
    docs: {
      what: "The name of a method is a reserved word of JavaScript, Rust or Motoko, or no identifier.",
      why: "Bindings have to quote or rename such a method, each language in its own way.",
      instead:
        'Choose another name. In Rust the method can keep its name where the function has another: `#[update(name = "…")]`.',
    },
  },
  {
    id: "did-duplicate-field",
    severity: "error",
    docs: {
      what: "Two fields of a record, or two cases of a variant, have the same label.",
      why: "A value could not say which of the two it means. No tool accepts the interface.",
      instead: "Rename one of them, or remove it.",
    },
  },
  {
    id: "did-duplicate-method",
    severity: "error",
    docs: {
      what: "A service declares two methods of the same name.",
      why: "A call names its method, and there can be only one of that name. Candid has no overloading.",
      instead: "Rename one of them, or give one method an argument that tells the cases apart.",
    },
  },
  {
    id: "did-duplicate-type",
    severity: "error",
    docs: {
      what: "A type is declared twice, in one file or in two that are imported together.",
      why: "Types of a file and of all the files that it imports share one set of names.",
      instead: "Remove the second declaration where both are the same, else rename one.",
    },
  },
  {
    id: "did-empty-type-uninhabited",
    severity: "warning",
    isOptIn: true,
    docs: {
      what: "A record holds itself, directly or through other records.",
      why: "Each value would have to hold another one, without end. No value can be made, and no method that takes one can be called.",
      instead: "Put `opt` or `vec` between.",
    },
  },
  {
    id: "did-empty-variant",
    severity: "warning",
    isOptIn: true,
    docs: {
      what: "A variant has no cases.",
      why: "No value has such a type: a method that takes it cannot be called, and one that returns it traps.",
      instead: "Write `empty` where that is meant, else the cases.",
    },
  },
  {
    id: "did-hash-collision",
    severity: "error",
    docs: {
      what: "Two labels of a record or variant stand for the same number.",
      why: "On the wire a field has only a number: its own, its position, or a 32-bit hash of its name. Values of the two fields could not be told apart.",
      instead: "Rename one of the labels, or choose another number.",
    },
  },
  {
    id: "did-import-cycle",
    severity: "error",
    docs: {
      what: "Files import each other in a circle.",
      why: "Each file would have to be read before the other.",
      instead: "Move the types that both need to a third file and import that one.",
    },
  },
  {
    id: "did-import-duplicate-method",
    severity: "error",
    docs: {
      what: "An imported service brings a method that the service has already.",
      why: "`import service` adds the methods of the other file to this service, where each name can be used once.",
      instead: "Remove the own method, or import without `service` and write down the methods that are wanted.",
    },
  },
  {
    id: "did-import-has-constructor",
    severity: "error",
    docs: {
      what: "An imported service takes arguments when it is installed.",
      why: "Only the methods of a service can be imported, and such a declaration is a constructor of services.",
      instead:
        "Declare the methods as a service without constructor in a file of their own, and import that file in both places.",
    },
  },
  {
    id: "did-import-missing",
    severity: "error",
    docs: {
      what: "An imported file does not exist.",
      why: "Types of that file have no meaning here.",
      instead: "Correct the path, which is relative to the folder of the importing file, or create the file.",
    },
  },
  {
    id: "did-import-no-service",
    severity: "error",
    docs: {
      what: "A file that is imported with `import service` declares no main service.",
      why: "There are no methods to import.",
      instead: "Write `import` without `service`: it brings the types.",
    },
  },
  {
    id: "did-large-blob-argument",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "Bytes are written `vec nat8`.",
      why: "`blob` means the same and says that bytes are meant; bindings are alike.",
      instead: "Write `blob`.",
    },
  },
  {
    id: "did-mode-conflict",
    severity: "error",
    docs: {
      what: "A function has more than one mode.",
      why: "`query`, `composite_query` and `oneway` exclude each other: they say how a call is executed and whether it is answered.",
      instead: "Keep the one that is meant.",
    },
  },
  {
    id: "did-not-a-function",
    severity: "error",
    docs: {
      what: "A method's type is a name that stands for no function.",
      why: "Methods are functions: they are called.",
      instead: "Write the arguments and results of the method, or name a `func` type.",
    },
  },
  {
    id: "did-not-a-service",
    severity: "error",
    docs: {
      what: "The main service is a name that stands for no service.",
      why: "The interface of a canister is a list of methods.",
      instead: "Name a `service` type, or write the methods in braces.",
    },
  },
  {
    id: "did-oneway-result",
    severity: "error",
    docs: {
      what: "A `oneway` function has results.",
      why: "A one-way call is never answered, so its results could reach nobody.",
      instead: "Remove the results, or remove `oneway`.",
    },
  },
  {
    id: "did-service-comment-missing",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "A method of the service has no comment.",
      why: "Comments of an interface go with it: wallets, explorers and generated bindings show them. Where there is none, users have only the name.",
      instead: "Write what the method does in `// …` lines right above it.",
    },
  },
  {
    id: "did-syntax",
    severity: "error",
    docs: {
      what: "The text is not Candid here.",
      why: "No tool reads the interface beyond such a mistake. Canister Workbench goes on with the parts that it can still tell apart.",
      instead:
        "Correct the marked place. Fields, cases and methods end with `;`, arguments are separated by `,`, and a keyword as a name is written in quotes.",
    },
  },
  {
    id: "did-unbound-type",
    severity: "error",
    docs: {
      what: "A name stands for no type.",
      why: "The interface has no meaning without it, and no tool accepts it.",
      instead:
        "Correct the name, declare the type, or import the file that declares it. `text` is Candid's string, `nat64` its `u64`.",
    },
  },
  {
    id: "did-unproductive-cycle",
    severity: "error",
    docs: {
      what: "Names of types stand for nothing but each other.",
      why: "A type has to be built of something at last. A type may contain itself, but only within `opt`, `vec`, `record`, `variant`, `func` or `service`.",
      instead: "Put a constructor between the names.",
    },
  },
  {
    id: "did-unused-type",
    severity: "hint",
    docs: {
      what: "A type is declared that the service does not lead to.",
      why: "It says nothing about the canister; mostly the method that needed it is gone.",
      instead: "Remove it, or keep it in a file for others to import.",
    },
  },
  {
    id: "did-upgrade-unsafe-shape",
    severity: "hint",
    isOptIn: true,
    docs: {
      what: "A method takes or returns a tuple, or returns a variant other than `Ok` and `Err`.",
      why: "Upgrades may only add what old callers do not see. A tuple has no names to add to, and a new case in a result cannot be read by who was built for the old interface.",
      instead:
        "Use a record with names, whose fields can be added as `opt`. Put a variant that may grow under `opt`, or into a field of a record that is `opt`.",
    },
  },
];
