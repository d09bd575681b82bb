/**
 * Arguments and results of http_request and of the transform functions that canisters give it.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-http_request
 */
import { IDL } from "@dfinity/candid";
import type { Principal as WirePrincipal } from "@dfinity/principal";
import { blob, type Opt, shape } from "./idl.ts";

const header = IDL.Record({ name: IDL.Text, value: IDL.Text });
const result = IDL.Record({ status: IDL.Nat, headers: IDL.Vec(header), body: blob });

/** A header of a request or a response. */
export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** What http_request answers, and what transform functions take and give. */
export interface HttpRequestResult {
  readonly status: bigint;
  readonly headers: readonly HttpHeader[];
  readonly body: Uint8Array;
}

/** The methods of HTTP that canisters can use. */
export const httpMethods = ["get", "head", "post", "put", "delete", "patch"] as const;

/** One of them, as the interface of the management canister spells it. */
export type HttpMethod = (typeof httpMethods)[number];

/** The argument of http_request. */
export interface HttpRequestArgument {
  readonly url: string;
  /** Bytes. */
  readonly max_response_bytes: Opt<bigint>;
  readonly method: Readonly<Partial<Record<HttpMethod, null>>>;
  readonly headers: readonly HttpHeader[];
  readonly body: Opt<Uint8Array>;
  readonly transform: Opt<{ readonly function: readonly [WirePrincipal, string]; readonly context: Uint8Array }>;
  readonly is_replicated: Opt<boolean>;
}

/** The argument of the System API's `cost_http_request_v2`: bytes, milliseconds and instructions of an outcall. */
export interface OutcallCostArgument {
  readonly request_bytes: bigint;
  readonly http_roundtrip_time_ms: bigint;
  readonly raw_response_bytes: bigint;
  readonly transformed_response_bytes: bigint;
  readonly transform_instructions: bigint;
  /** All nodes make it when absent. */
  readonly outcall_type: Opt<
    | { readonly fully_replicated: unknown }
    | { readonly non_replicated: unknown }
    | {
        /** As `flexible_http_request` has it unless told otherwise, when absent. */
        readonly flexible: Opt<{
          readonly min_responses: number;
          readonly max_responses: number;
          readonly total_requests: number;
        }>;
      }
  >;
}

const transformArgument = IDL.Record({ response: result, context: blob });

/** Arguments and results by their use. */
export const httpShapes = {
  request: shape<HttpRequestArgument>(
    IDL.Record({
      url: IDL.Text,
      max_response_bytes: IDL.Opt(IDL.Nat64),
      method: IDL.Variant(Object.fromEntries(httpMethods.map((method) => [method, IDL.Null]))),
      headers: IDL.Vec(header),
      body: IDL.Opt(blob),
      transform: IDL.Opt(IDL.Record({ function: IDL.Func([transformArgument], [result], ["query"]), context: blob })),
      is_replicated: IDL.Opt(IDL.Bool),
    }),
  ),
  result: shape<HttpRequestResult>(result),
  cost: shape<OutcallCostArgument>(
    IDL.Record({
      request_bytes: IDL.Nat64,
      http_roundtrip_time_ms: IDL.Nat64,
      raw_response_bytes: IDL.Nat64,
      transformed_response_bytes: IDL.Nat64,
      transform_instructions: IDL.Nat64,
      outcall_type: IDL.Opt(
        IDL.Variant({
          fully_replicated: IDL.Reserved,
          non_replicated: IDL.Reserved,
          flexible: IDL.Opt(
            IDL.Record({ min_responses: IDL.Nat32, max_responses: IDL.Nat32, total_requests: IDL.Nat32 }),
          ),
        }),
      ),
    }),
  ),
  transform: shape<{ readonly response: HttpRequestResult; readonly context: Uint8Array }>(transformArgument),
} as const;
