import type { ApplicationConfig } from "../config/config.ts";
import { shownUrl } from "../config/kinds/webhook-kind.ts";

/** How many URLs the line names; of the others it gives the number. */
const NAMED = 3;

/** The banner's line about webhooks: where they go, without secrets; `undefined` where none are configured. */
export function webhookLine(
  applications: readonly Pick<ApplicationConfig, "id" | "webhooks">[],
): string | undefined {
  const targets = applications.flatMap(({ id, webhooks }) => {
    const whose = applications.length === 1 ? "" : ` (application ${id})`;
    return [...new Set(webhooks.map(({ url }) => `${shownUrl(url)}${whose}`))];
  });
  if (targets.length === 0) return undefined;
  const others = targets.length - NAMED;
  return `Webhooks go to ${targets.slice(0, NAMED).join(", ")}${
    others > 0 ? ` and ${others} more URLs` : ""
  }`;
}
