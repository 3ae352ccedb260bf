/** How one request went. Only `accepted` ends the matter; everything else is tried again. */
export type PostOutcome =
  | { readonly kind: "accepted"; readonly status: number; readonly body: string }
  | { readonly kind: "error_status"; readonly status: number; readonly body: string }
  /** Not followed: the signature is for the URL of the configuration. `location` is without what may be secret in it. */
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** `reason` is in words for people. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly code: string | undefined }
  | { readonly kind: "private_address"; readonly address: string }
  /** The server stops. */
  | { readonly kind: "aborted" };

/** Completes "… to https://shop.example/hooks failed: ". */
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
