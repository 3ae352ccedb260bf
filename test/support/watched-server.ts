import { metricsUrlOf, scrape } from "./scrape.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

/** Everything that a webhook can be sent for. */
export const ALL_EVENTS =
  "channel_occupied,channel_vacated,member_added,member_removed,client_event,cache_miss,subscription_count,connection_opened,connection_closed,subscribed,unsubscribed";

/** Settings that make tests short: departures are held for 0.3 s, and a stop closes all connections at once. */
export const QUICK: Readonly<Record<string, string>> = {
  REVERB_WEBHOOK_HOLD_SECONDS: "0.3",
  REVERB_DRAIN_SECONDS: "0",
};

/** A folder as Laravel's, so that what is left for the next server is left in it. */
export const OWN_PLACE: Readonly<Record<string, string>> = { "storage/framework/cache/.gitignore": "" };

/** A server of TEST_APPLICATION, and the receiver of its webhooks. */
export interface WatchedServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly receiver: WebhookReceiver;
}

/** Starts both; `events` are those of REVERB_WEBHOOK_EVENTS. */
export async function startWatched(
  events: string | undefined,
  options: ServerOptions = {},
): Promise<WatchedServer> {
  const receiver = await WebhookReceiver.start();
  try {
    const server = await startServer({
      ...options,
      files: { ...OWN_PLACE, ...options.files },
      env: {
        ...QUICK,
        REVERB_WEBHOOK_URL: receiver.url,
        ...(events === undefined ? {} : { REVERB_WEBHOOK_EVENTS: events }),
        ...options.env,
      },
    });
    return {
      server,
      receiver,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await receiver[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await receiver[Symbol.asyncDispose]();
    throw error;
  }
}

/** The application as it stands in resound.toml, with the table or tables of its webhooks. */
export function toml(
  webhooks: string,
  { id, key, secret }: typeof TEST_APPLICATION = TEST_APPLICATION,
): string {
  return `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"\naccept_client_events_from = "all"\n${webhooks}\n`;
}

/** The metrics of a server that was started with REVERB_METRICS_PORT. */
export async function metricsOf(server: RunningServer): Promise<string> {
  return (await scrape(await metricsUrlOf(server))).text;
}
