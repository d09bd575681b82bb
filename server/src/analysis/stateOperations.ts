import type { WriteEffect } from "./steps.ts";

/** Methods that change what they are called on, by what they do to it. */
export const writeEffects: ReadonlyMap<string, WriteEffect> = new Map<string, WriteEffect>([
  ...effect("insert", ["insert", "insert_entry", "try_insert", "get_or_insert", "get_or_insert_with", "or_insert"]),
  ...effect("insert", ["or_insert_with", "or_insert_with_key", "or_default", "append", "extend", "extend_from_slice"]),
  ...effect("remove", ["remove", "remove_entry", "pop", "pop_front", "pop_back", "pop_first", "pop_last", "take"]),
  ...effect("remove", ["retain", "clear", "drain", "truncate", "swap_remove", "clear_new", "split_off"]),
  ...effect("push", ["push", "push_back", "push_front", "push_str"]),
  ...effect("assign", ["set", "replace", "swap", "update", "replace_with"]),
  ...effect("assign", ["clone_from", "clone_from_slice", "copy_from_slice"]),
  ...effect("mutate", ["sort", "sort_by", "sort_by_key", "sort_unstable", "dedup", "reverse", "resize", "fill"]),
  ...effect("mutate", ["grow", "rotate_left", "rotate_right", "and_modify"]),
  ...effect("add", ["add_assign", "fetch_add"]),
  ...effect("subtract", ["sub_assign", "fetch_sub"]),
  ...effect("assign", ["store"]),
]);

function effect(kind: WriteEffect, names: readonly string[]): [string, WriteEffect][] {
  return names.map((name) => [name, kind]);
}

/** Methods that give a reference into what they are called on: the place stays the same. */
export const referenceMethods: ReadonlySet<string> = new Set([
  "borrow",
  "borrow_mut",
  "try_borrow",
  "try_borrow_mut",
  "lock",
  "try_lock",
  "read",
  "write",
  "as_ref",
  "as_mut",
  "as_deref",
  "as_deref_mut",
  "deref",
  "deref_mut",
  "get_mut",
  "iter_mut",
  "values_mut",
  "last_mut",
  "first_mut",
  "entry",
  "or_insert",
  "or_insert_with",
  "or_default",
  "unwrap",
  "expect",
  "by_ref",
  "get_or_insert_with",
  "ok_or",
  "ok_or_else",
  "peek_mut",
]);

/** Methods that give a reference when called on a state, but say nothing about other values. */
export const readReferenceMethods: ReadonlySet<string> = new Set([
  "get",
  "iter",
  "values",
  "keys",
  "first",
  "last",
  "range",
]);

/** Methods of `thread_local!` statics that hand the content to a closure. */
export const withMethods: ReadonlySet<string> = new Set(["with", "try_with", "with_borrow", "with_borrow_mut"]);

/** Methods that run their closure with the content of an `Option` or `Result`, or for each element. */
export const elementMethods: ReadonlySet<string> = new Set([
  "map",
  "and_then",
  "for_each",
  "filter",
  "filter_map",
  "find",
  "any",
  "all",
  "position",
  "flat_map",
  "map_or",
  "map_or_else",
  "inspect",
  "is_some_and",
  "then",
  "and_modify",
  "retain",
  "take_while",
  "skip_while",
  "try_for_each",
  "fold",
]);

/** Methods that take a guard which gives back what was taken when it is dropped. */
export const borrowMethods: ReadonlySet<string> = new Set([
  "borrow",
  "borrow_mut",
  "try_borrow",
  "try_borrow_mut",
  "lock",
  "try_lock",
  "read",
  "try_read",
  "write",
  "try_write",
]);

/** Functions that start a task: what they are given runs as a flow of its own. */
export function startsTask(name: string): boolean {
  return /^(spawn(_\w+)?|set_timer(_\w+)?|defer|schedule\w*|(run|start|set|every|repeat)\w*_(interval|timer|later|cron))$/.test(
    name,
  );
}

/** Functions whose closure runs when a guard is dropped. */
export function defersToDrop(path: string): boolean {
  return /(^|::)(scopeguard::guard|guard|defer|on_drop)$/.test(path);
}

/** Methods of a `Result` that trap on the error. */
export const unwrapMethods: ReadonlySet<string> = new Set(["unwrap", "expect", "unwrap_unchecked"]);

/** Methods that only ask a `Result` what it is. */
export const inspectMethods: ReadonlySet<string> = new Set(["is_ok", "is_err", "is_ok_and", "is_err_and", "as_ref"]);
