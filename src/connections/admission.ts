import type { Application } from "../applications/application.ts";
import { type ClientError, ClientErrors } from "../protocol/client-error.ts";

/**
 * Whether an application takes one more connection; the error to tell the client when it does not. The quota is asked
 * first, as in Reverb. `connected` counts the application's established connections.
 */
export function admissionError(
  application: Application,
  connected: number,
  origin: string | null,
): ClientError | undefined {
  const quota = application.limits.maxConnections;
  if (quota !== undefined && connected >= quota) return ClientErrors.overQuota;
  if (!application.origins.allows(origin)) return ClientErrors.originNotAllowed;
  return undefined;
}
