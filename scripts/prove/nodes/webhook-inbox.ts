import type { WebhookEvent } from "../history/entry.ts";
import type { Recorder } from "../history/recorder.ts";
import { MARKER_CHANNEL } from "./markers.ts";

/** The application's webhook URL: answers 200 and records each request. */
export class WebhookInbox implements AsyncDisposable {
  readonly url: string;
  readonly #server: Bun.Server<undefined>;

  constructor(recorder: Recorder) {
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        const events = readEvents(await request.json()).filter(({ channel }) => channel !== MARKER_CHANNEL);
        const delivery = request.headers.get("x-resound-delivery");
        if (events.length > 0) {
          recorder.add({
            type: "webhook",
            at: recorder.moment(),
            ...(delivery === null ? {} : { delivery }),
            events,
          });
        }
        return new Response("{}");
      },
    });
    this.url = `http://127.0.0.1:${this.#server.port}/hooks`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

function readEvents(body: unknown): readonly WebhookEvent[] {
  const { events = [] } = body as { events?: readonly Record<string, unknown>[] };
  return events.map(({ name, channel, user_id: user }) => ({
    name: String(name),
    channel: String(channel),
    ...(user === undefined ? {} : { user: String(user) }),
  }));
}
