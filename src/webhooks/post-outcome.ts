import { shownUrl } from "../config/kinds/webhook-kind.ts";
import { describeNetworkFault, networkCode } from "./network-fault.ts";
import { PrivateAddress } from "./private-address.ts";

/** How one request ended. After `accepted` it is not sent again; after anything else it is. */
export type PostOutcome =
  | { readonly kind: "accepted"; readonly status: number; readonly body: string }
  | { readonly kind: "error_status"; readonly status: number; readonly body: string }
  /** It is not followed, since the signature is for the configured URL. `location` is without the secrets in it. */
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** `reason` is for the operator, without a full stop. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly code: string | undefined }
  | { readonly kind: "private_address"; readonly address: string }
  /** The server stops. */
  | { readonly kind: "aborted" };

/** Why a request failed; follows "A webhook to https://shop.example/hooks failed: ". */
export function describeFailure(outcome: Exclude<PostOutcome, { kind: "accepted" }>): string {
  switch (outcome.kind) {
    case "error_status":
      return `it answered ${outcome.status}`;
    case "redirect":
      return `it answered ${outcome.status} and leads to ${outcome.location}, which is not followed`;
    case "timeout":
      return `no whole answer within ${outcome.seconds} s`;
    case "unreachable":
      return outcome.reason;
    case "private_address":
      return `its address ${outcome.address} is private (webhook_options.refuse_private_addresses)`;
    case "aborted":
      return "the server stops";
  }
}

/** The outcome of a request that was answered. `body` is the beginning of the answer's. */
export function outcomeOfAnswer(
  url: string,
  status: number,
  location: string | undefined,
  body: string,
): PostOutcome {
  if (status >= 200 && status < 300) return { kind: "accepted", status, body };
  if (status >= 300 && status < 400 && location !== undefined) {
    return { kind: "redirect", status, location: shownLocation(location, url) };
  }
  return { kind: "error_status", status, body };
}

/** The outcome of a request that got no answer, since connecting or sending failed. */
export function outcomeOfError(error: unknown): PostOutcome {
  if (error instanceof PrivateAddress) return { kind: "private_address", address: error.address };
  return { kind: "unreachable", reason: describeNetworkFault(error), code: networkCode(error) };
}

/**
 * The target of a redirect from a URL, without the secrets in it: a redirect from http to https repeats the user, the password and
 * the query.
 */
export function shownLocation(location: string, base: string): string {
  return URL.canParse(location, base) ? shownUrl(new URL(location, base).href).slice(0, 200) : "no URL";
}
