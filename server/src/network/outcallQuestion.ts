import type { OutcallQuestion } from "../protocol/network.ts";
import type { OutcallOnWire } from "./outcallPort.ts";

/** What the user is asked before a canister's request is made. */
export function questionOf({ canister, name, request }: OutcallOnWire): OutcallQuestion {
  return {
    canister,
    ...(name === undefined ? {} : { name }),
    method: request.method.toUpperCase(),
    url: request.url,
    host: URL.canParse(request.url) ? new URL(request.url).host : request.url,
  };
}

/** What the canister hears when the user did not allow the request; `how` tells how it can be allowed. */
export function refusedText({ host }: OutcallQuestion, how: string): string {
  return `HTTPS outcalls to ${host} are not allowed on this machine. ${how}`;
}
