/**
 * Which subnet a message is for. Canisters belong to the subnet whose ranges have their id; calls of the management
 * canister go to the subnet of the canister that they are about.
 * https://internetcomputer.org/docs/references/ic-interface-spec#http-effective-canister-id
 */
import { Principal } from "../base/principal.ts";
import { allocationRange, canisterIdNumber, isWithin } from "./canisterIdRanges.ts";
import { errorCodes, errorCodeText, type Reject, rejectCodes, unroutable } from "./errors.ts";
import { limits } from "./limits.ts";
import { argumentShapes, principalOf } from "./management/idl.ts";
import { insightArguments } from "./management/insightShapes.ts";
import { managementMethod } from "./management/methods.ts";
import { thresholdArguments } from "./management/thresholdShapes.ts";
import type { RequestMessage } from "./messages.ts";
import { payloadBytesOf } from "./streams.ts";
import type { Subnet } from "./subnet.ts";
import { localKeyNames } from "./thresholdKeys/keyId.ts";

/** The subnet that hosts a canister, has its id in its ranges, or is called so itself. */
export function subnetOf(subnets: readonly Subnet[], principal: Principal): Subnet | undefined {
  if (subnets.length === 1) return subnets[0];
  const number = canisterIdNumber(principal);
  if (number === undefined) return subnets.find((it) => it.subnetId.key === principal.key);
  return subnets.find((it) => isWithin(it.canisterRanges ?? [], number));
}

/** The subnet for a user's call of a management method; undefined where the call names none. */
export function subnetOfManagementCall(
  subnets: readonly Subnet[],
  method: string,
  argument: Uint8Array,
): Subnet | undefined {
  const target = targetOf(method, argument);
  return target === undefined ? undefined : subnetOf(subnets, target);
}

/** Where a canister's request goes: to a subnet, or nowhere for a reason. */
export type RequestRoute =
  | { readonly kind: "subnet"; readonly subnet: Subnet }
  | { readonly kind: "none"; readonly reject: Reject };

/** Decides on a request that a canister of `home` sent. */
export function routeOf(subnets: readonly Subnet[], home: Subnet, request: RequestMessage): RequestRoute {
  const route =
    request.receiver.key === Principal.management.key
      ? routeOfManagementCall(subnets, home, request)
      : (calleeSubnet(subnets, request.receiver) ?? noRoute(request.receiver));
  if ("rejectCode" in route) return { kind: "none", reject: route };
  const bytes = payloadBytesOf(request);
  if (route === home || bytes <= limits.messageBytes) return { kind: "subnet", subnet: route };
  return { kind: "none", reject: tooLarge(request.sender, bytes) };
}

/** What subnets do for their own canisters, and for those of the NNS. */
const methodsOfHome: ReadonlySet<string> = new Set(["create_canister", "http_request", "raw_rand"]);

/** Why another subnet does not execute a request: only the NNS may have canisters created elsewhere. */
export function foreignObstacle(sender: Subnet | undefined, home: Subnet, request: RequestMessage): Reject | undefined {
  const isOfHome = request.receiver.key === home.subnetId.key && methodsOfHome.has(request.method);
  if (!isOfHome || sender?.kind === "nns") return undefined;
  const code = errorCodeText(errorCodes.CanisterContractViolation);
  return {
    rejectCode: rejectCodes.canisterError,
    message: `${code}: Incorrect sender subnet id: ${sender?.subnetId.text}. Sender should be on the same subnet or on the NNS subnet.`,
  };
}

/** The subnet that holds the threshold keys, as on the mainnet; undefined where there is none of its kind: each has them. */
export function keyHolder(subnets: readonly Subnet[]): Subnet | undefined {
  return subnets.find((it) => it.kind === "fiduciary") ?? subnets.find((it) => it.kind === "ii");
}

/** A network of one subnet has canisters of any id, but what would be elsewhere on the mainnet is not here. */
function calleeSubnet(subnets: readonly Subnet[], callee: Principal): Subnet | undefined {
  const subnet = subnetOf(subnets, callee);
  if (subnets.length > 1 || subnet === undefined || subnet.subnetId.key === callee.key) return subnet;
  const number = canisterIdNumber(callee);
  const isOwn = number !== undefined && isWithin([allocationRange(0)], number);
  return isOwn || subnet.hasCanister(callee) ? subnet : undefined;
}

function routeOfManagementCall(subnets: readonly Subnet[], home: Subnet, request: RequestMessage): Subnet | Reject {
  const { method, argument } = request;
  const subnetId = subnetIn(method, argument);
  if (subnetId !== undefined) return subnets.find((it) => it.subnetId.key === subnetId.key) ?? noRoute(subnetId);
  if (asksForHeldKey(method, argument)) return keyHolder(subnets) ?? home;
  const found = managementMethod(method, "canister");
  const target = found.kind === "found" ? found.method.target(argument) : undefined;
  if (target === undefined) return home;
  const subnet = subnetOf(subnets, target);
  if (subnet !== undefined) return subnet;
  return unroutable(method, `SubnetNotFound(CanisterId(${target.text}), ${describedAs(method)})`);
}

/** As the network describes a method whose canister is nowhere: some of them all alike. */
function describedAs(method: string): string {
  const alike = ["canister_status", "delete_canister", "start_canister", "stop_canister"];
  const name = alike.includes(method) ? "deposit_cycles" : method;
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The subnet that a call of a management method asks about. */
function subnetIn(method: string, argument: Uint8Array): Principal | undefined {
  if (method !== "subnet_info" && method !== "node_metrics_history") return undefined;
  const id = insightArguments[method].decode(argument)?.subnet_id;
  return id === undefined ? undefined : principalOf(id);
}

/** Whether a call is about a threshold key that local networks have; what is wrong with others is told at home. */
function asksForHeldKey(method: string, argument: Uint8Array): boolean {
  if (!isThresholdMethod(method)) return false;
  const name = thresholdArguments[method].decode(argument)?.key_id.name;
  return name !== undefined && localKeyNames.includes(name);
}

function isThresholdMethod(method: string): method is keyof typeof thresholdArguments {
  return method in thresholdArguments;
}

/** The canister that a call of a management method is about, or that it is to create. */
function targetOf(method: string, argument: Uint8Array): Principal | undefined {
  if (method === "provisional_create_canister_with_cycles") {
    const id = argumentShapes.provisional_create_canister_with_cycles.decode(argument)?.specified_id[0];
    return id === undefined ? undefined : principalOf(id);
  }
  const found = managementMethod(method, "canister");
  if (found.kind === "found") return found.method.target(argument);
  // Queries that cannot be called as updates are all about a canister.
  const id = argumentShapes.canister.decode(argument)?.canister_id;
  return id === undefined ? undefined : principalOf(id);
}

function noRoute(receiver: Principal): Reject {
  return { rejectCode: rejectCodes.destinationInvalid, message: `No route to canister ${receiver.text}` };
}

function tooLarge(sender: Principal, bytes: number): Reject {
  return {
    rejectCode: rejectCodes.canisterError,
    message: `Canister ${sender.text} violated contract: attempted to send a message of size ${bytes} exceeding the limit ${limits.messageBytes}`,
  };
}
