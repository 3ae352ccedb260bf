import type { ProviderConfig } from "../config.ts";
import { shownUrl } from "../kinds/webhook-kind.ts";
import { databasePlace } from "../laravel/database-config.ts";

/** Where applications come from, for messages. Without secrets. */
export function providerPlace(provider: Exclude<ProviderConfig, { kind: "config" }>): string {
  return provider.kind === "http"
    ? shownUrl(provider.url)
    : `the table ${provider.table} in ${databasePlace(provider.connection)}`;
}
