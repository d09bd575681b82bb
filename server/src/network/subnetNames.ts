import type { Principal } from "../base/principal.ts";
import { type SubnetKind, subnetKindOf, subnetKinds } from "../engine/subnetKinds.ts";
import type { SubnetView } from "../engine/subnetNetwork.ts";
import { NetworkError } from "./networkError.ts";

/** Subnets that a network may have at most. */
const subnetsMax = 32;

/** What people call the subnets: `nns`; `application 1` where there are several of a kind. By the subnets' ids as text. */
export function subnetNames(subnets: readonly SubnetView[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { subnetId, kind } of subnets) {
    const alike = subnets.filter((it) => it.kind === kind);
    const place = alike.findIndex((it) => it.subnetId.key === subnetId.key) + 1;
    names.set(subnetId.text, alike.length === 1 ? kind : `${kind} ${place}`);
  }
  return names;
}

/** The subnet of a name or an id; a kind alone means its first subnet. Throws in words for the user where there is none. */
export function subnetNamed(subnets: readonly SubnetView[], text: string): Principal {
  const names = subnetNames(subnets);
  const found =
    subnets.find((it) => it.subnetId.text === text || names.get(it.subnetId.text) === text) ??
    subnets.find((it) => it.kind === subnetKindOf(text));
  if (found !== undefined) return found.subnetId;
  throw new NetworkError(`This network has no subnet \`${text}\`. It has: ${[...names.values()].join(", ")}.`);
}

/** The kinds that a request or a setting lists. Throws in words for the user where that is no list of kinds. */
export function readSubnetKinds(texts: readonly string[]): readonly SubnetKind[] {
  if (texts.length === 0) throw new NetworkError("A network has at least one subnet.");
  if (texts.length > subnetsMax) throw new NetworkError(`A network has at most ${subnetsMax} subnets here.`);
  return texts.map((text) => {
    const kind = subnetKindOf(text.trim());
    if (kind !== undefined) return kind;
    throw new NetworkError(`There is no kind of subnet \`${text}\`. There are: ${subnetKinds.join(", ")}.`);
  });
}
