import { Application } from "../../../src/hub/applications/application.ts";
import { SoloCluster } from "../../../src/hub/cluster/solo-cluster.ts";
import type { WebhookConfig, WebhookOptions } from "../../../src/config/config.ts";
import { WEBHOOK_EVENTS } from "../../../src/config/kinds/webhook-event-name.ts";
import { Connection } from "../../../src/hub/connections/connection.ts";
import type { Socket } from "../../../src/hub/connections/socket.ts";
import { Log } from "../../../src/monitoring/log.ts";
import { ApplicationWebhooks, type WebhookServices } from "../../../src/webhooks/application-webhooks.ts";
import { applicationConfig } from "../../support/fake-hub.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeReceiver } from "./fake-receiver.ts";

/** The default settings. */
export const OPTIONS: WebhookOptions = {
  holdSeconds: 3,
  batchEvents: 50,
  batchSeconds: 0.1,
  timeout: 5,
  retrySeconds: 300,
  queueMaxEvents: 10_000,
  queueMaxBytes: 16_777_216,
  refusePrivateAddresses: false,
};

/** A webhook for all events, with the fields that a test replaces. */
export function webhook(replaced: Partial<WebhookConfig> = {}): WebhookConfig {
  return {
    url: "https://shop.example/hooks",
    events: [...WEBHOOK_EVENTS],
    headers: {},
    filter: { prefix: "", suffix: "" },
    ...replaced,
  };
}

/** One application with webhooks, in fake time. */
export class WatchedApplication {
  readonly clock: FakeClock;
  readonly receiver: FakeReceiver;
  readonly application: Application;
  readonly log: string[] = [];
  readonly options: WebhookOptions;
  readonly services: WebhookServices;
  webhooks: ApplicationWebhooks;
  readonly #routes = new Map<string, FakeReceiver>();
  #ids = 0;

  constructor(
    webhooks: readonly WebhookConfig[] = [webhook()],
    options: Partial<WebhookOptions> = {},
    random: () => number = () => 0,
  ) {
    this.clock = new FakeClock();
    this.receiver = new FakeReceiver(this.clock);
    this.application = new Application(applicationConfig({ webhooks }));
    this.options = { ...OPTIONS, ...options };
    this.services = {
      options: () => this.options,
      clock: this.clock,
      random,
      newId: () => `delivery-${++this.#ids}`,
      post: (request, options) =>
        (this.#routes.get(new URL(request.url).host) ?? this.receiver).post(request, options),
      log: new Log("text", (line) => void this.log.push(line.slice(24)), () => new Date()),
      cluster: new SoloCluster(() => {
        throw new Error("a cluster of one asks no other node");
      }),
    };
    this.webhooks = new ApplicationWebhooks(this.application, this.services);
  }

  /** Requests to a host go to a receiver of its own. */
  route(host: string, receiver: FakeReceiver): void {
    this.#routes.set(host, receiver);
  }

  /** A connection sends a client event. */
  event(channel: string, data: string, socketId = "1.1"): void {
    const message = { type: "client-event", event: "client-x", channel, data: JSON.stringify(data) } as const;
    this.webhooks.clientEvent(this.connection(socketId), message, undefined);
  }

  connection(id = "1.1"): Connection {
    const socket: Socket = {
      send: () => {},
      ping: () => true,
      close: () => {},
      subscribe: () => {},
      unsubscribe: () => {},
      backlog: 0,
    } as unknown as Socket;
    return new Connection(id, this.application, socket, "127.0.0.1");
  }

  /** The process ends, and another takes over what it has left. */
  restart(): void {
    const unsent = this.webhooks.stop();
    this.webhooks = new ApplicationWebhooks(this.application, this.services);
    if (unsent !== undefined) this.webhooks.restore(JSON.parse(JSON.stringify(unsent)));
  }
}
