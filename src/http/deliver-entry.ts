import type { ApplicationLookup } from "../hub/applications/application-lookup.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { RepeatedFault } from "./answer-once.ts";
import { ApiError } from "./api-error.ts";
import { postSignedEvent, type SignedEvent, type SignedEventServices } from "./post-signed-event.ts";
import type { RefusalReason } from "../monitoring/refusal.ts";
import type { StreamOutcome } from "../monitoring/stream-counters.ts";

/** A call that has come through a stream. */
export interface StreamedCall extends SignedEvent {
  /** Redis's name for the entry. */
  readonly id: string;
}

/** What delivering needs of the server. */
export interface DeliveryServices extends SignedEventServices {
  readonly monitor: Monitor;
  /** `undefined` where all applications are in the configuration. */
  readonly lookup: ApplicationLookup | undefined;
}

/** What may be otherwise a moment later: the first call with an idempotency key runs, or the application cannot be looked up. */
const PASSING: ReadonlySet<RefusalReason> = new Set(["api_idempotency_running", "api_application_late"]);

/** Waits for that, 5 s each: a claim that was left without an answer lapses after 10 s. */
const MOST_WAITS = 3;

const LATE = "The application cannot be looked up now.";

/** Sends the event of an entry out, or counts and logs why that cannot be: the entries behind it never wait for more. Never rejects. */
export async function deliverEntry(services: DeliveryServices, entry: StreamedCall): Promise<StreamOutcome> {
  const { monitor, lookup } = services;
  for (let waits = 1;; waits++) {
    try {
      const outcome = await lookup?.await({ by: "id", value: entry.application }, "") ?? "settled";
      if (outcome !== "settled") throw new ApiError(503, LATE, "api_application_late");
      const { isRepeated } = await postSignedEvent(services, entry);
      return isRepeated ? "repeated" : "delivered";
    } catch (error) {
      if (error instanceof RepeatedFault) return "repeated";
      if (!(error instanceof ApiError)) monitor.fault(error);
      else if (PASSING.has(error.reason) && waits < MOST_WAITS) continue;
      else refuse(services, entry, error);
      return "refused";
    }
  }
}

function refuse({ monitor, hubById }: DeliveryServices, entry: StreamedCall, error: ApiError): void {
  const { reason } = error;
  const detail = monitor.showsRefusal(reason)
    ? `entry ${entry.id} of an event stream: ${error.logged?.() ?? error.message}`
    : "";
  monitor.refused({ reason, detail, application: hubById(entry.application)?.application.id });
}
