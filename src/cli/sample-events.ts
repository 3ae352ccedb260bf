import { InvalidArgumentError } from "commander";
import { closestName } from "../config/kinds/closest-name.ts";
import { WEBHOOK_EVENTS, type WebhookEventName } from "../config/kinds/webhook-event-name.ts";

/** Reads the value of `--event`, added to those of earlier ones. Throws commander's error for a name that is none. */
export function sampleEvents(
  text: string,
  earlier: readonly WebhookEventName[] = [],
): readonly WebhookEventName[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.includes("all")) return WEBHOOK_EVENTS;
  const wrong = names.find((name) => !WEBHOOK_EVENTS.some((each) => each === name));
  if (wrong === undefined && names.length > 0) {
    return WEBHOOK_EVENTS.filter((each) => earlier.includes(each) || names.includes(each));
  }
  const closest = closestName(wrong ?? "", WEBHOOK_EVENTS);
  throw new InvalidArgumentError(
    closest === undefined
      ? `Expected all, or some of ${WEBHOOK_EVENTS.join(", ")}.`
      : `Did you mean ${closest}?`,
  );
}
