import type { ApplicationConfig } from "../../config/config.ts";
import { channelTopic, partsOfTopic } from "../../hub/channels/topic.ts";
import type { ClusterReceiver } from "../../hub/cluster/cluster.ts";
import { CACHE_SECONDS } from "../../hub/channels/event-cache.ts";
import type { Hub } from "../../hub/hub.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import { channelKind } from "../../protocol/channel-name.ts";
import { LinkDown, type RedisCommand, type RedisLink, type RedisLinkEvents } from "../../redis/redis-link.ts";
import type { Fleet } from "../redis-cluster-parts.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { answerQuestion } from "./answer-question.ts";
import { answerMessageFor, eventMessageFor, type FleetMessage, readFleetMessage } from "./fleet-message.ts";
import { serializedApplication } from "./php-application.ts";
import { UnreadablePhp } from "./php-serialized.ts";

/** What passing events to and from PHP nodes needs of the server. */
export interface PhpFleetParts {
  readonly link: (events: RedisLinkEvents) => RedisLink;
  /** Reverb's own channel in Redis (`scaling.channel`). */
  readonly channel: string;
  readonly keys: Pick<RedisKeys, "event">;
  /** Names this process. */
  readonly node: string;
  readonly hubById: (id: string) => Hub | undefined;
  readonly receiver: () => ClusterReceiver;
  readonly counters: Pick<ClusterCounters, "dropped">;
  readonly log: Log;
  /** Messages that wait while Redis is away. */
  readonly most: number;
}

/**
 * The nodes of Laravel Reverb on the same Redis (`scaling.mixed`): passes on to them what this node publishes, delivers what they publish
 * to this node's subscribers, and answers what they ask. Each node of ours does so for itself.
 */
export class PhpFleet implements Fleet {
  readonly #parts: PhpFleetParts;
  readonly #link: RedisLink;
  /** In order: what waits for Redis, and what is on its way there. */
  #waiting: RedisCommand[] = [];
  #isSending = false;
  readonly #serialized = new WeakMap<ApplicationConfig, string>();
  #hasComplained = false;

  constructor(parts: PhpFleetParts) {
    this.#parts = parts;
    const link = this.#link = parts.link({
      up: () => {
        link.subscribe([parts.channel]).then(
          () =>
            parts.log.info(
              "fleet_joined",
              `Passes events to and from the PHP nodes of the channel ${parts.channel}`,
            ),
          (error: unknown) => this.#failed("Cannot listen to", error),
        );
        void this.#send();
      },
      down: () => undefined,
      message: (_channel, text) => this.#message(text),
    });
  }

  /** Begins. MUST be called once. */
  start(): void {
    this.#link.start();
  }

  /** Ends. What still waits for Redis is dropped. */
  async stop(): Promise<void> {
    await this.#link.stop();
  }

  /** Passes on an event that this node has published to its cluster; what is not for a channel's subscribers stays there. */
  published(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const { applicationId, channel } = partsOfTopic(topic), application = this.#application(applicationId);
    if (channel === undefined || application === undefined) return;
    this.#push(eventMessageFor(application, frame, exceptSocketId, this.#parts.node));
  }

  #application(id: string): string | undefined {
    const settings = this.#parts.hubById(id)?.application.settings;
    if (settings === undefined) return undefined;
    let serialized = this.#serialized.get(settings);
    if (serialized === undefined) {
      this.#serialized.set(settings, serialized = serializedApplication(settings));
    }
    return serialized;
  }

  #message(text: string): void {
    let message: FleetMessage | undefined;
    try {
      message = readFleetMessage(text);
    } catch (error) {
      if (!(error instanceof UnreadablePhp)) throw error;
      return this.#unreadable(error.message);
    }
    if (message === undefined) return this.#unreadable("no message of Reverb's");
    switch (message.type) {
      case "event":
        return this.#event(message);
      case "terminate":
        return this.#parts.receiver().terminate(message.applicationId, message.userId);
      case "question": {
        const { node, hubById } = this.#parts;
        return this.#push(
          answerMessageFor(message, answerQuestion(hubById(message.applicationId), message), node),
        );
      }
      case "other":
        return;
    }
  }

  #event({ applicationId, frames, exceptSocketId }: Extract<FleetMessage, { type: "event" }>): void {
    const { counters, hubById, receiver, keys } = this.#parts;
    if (hubById(applicationId) === undefined) return void counters.dropped.unknown_application++;
    for (const { channel, frame } of frames) {
      const topic = channelTopic(applicationId, channel);
      if (channelKind(channel).cached) {
        receiver().cached(topic, frame);
        // Nodes that begin to listen to the channel later find it there.
        this.#queue(["SET", keys.event(topic), frame, "EX", CACHE_SECONDS]);
      }
      receiver().event(topic, frame, exceptSocketId);
    }
  }

  #push(message: string): void {
    this.#queue(["PUBLISH", this.#parts.channel, message]);
  }

  #queue(command: RedisCommand): void {
    const { most, counters } = this.#parts;
    this.#waiting.push(command);
    if (this.#waiting.length > most) {
      this.#waiting.shift();
      counters.dropped.queue_full++;
    }
    void this.#send();
  }

  /** One run at a time, so that messages keep their order; what comes meanwhile goes with the next. */
  async #send(): Promise<void> {
    if (this.#isSending || this.#link.state !== "up") return;
    this.#isSending = true;
    // What is published in one turn goes together.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0 && this.#link.state === "up") {
        const commands = this.#waiting;
        this.#waiting = [];
        const answers = await this.#link.run(commands);
        const refused = answers.find((answer) => answer instanceof Error);
        if (refused !== undefined) this.#failed("Cannot publish on", refused);
      }
    } catch (error) {
      // What was on its way may have arrived: it is not sent twice.
      if (!(error instanceof LinkDown)) throw error;
    } finally {
      this.#isSending = false;
    }
  }

  #unreadable(reason: string): void {
    const { counters, log, channel } = this.#parts;
    counters.dropped.unreadable++;
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    log.warning(
      "fleet_unreadable",
      `A message on Reverb's channel ${channel} in Redis cannot be read and is dropped: ${reason}. Others like it are only counted`,
    );
  }

  #failed(what: string, error: unknown): void {
    if (error instanceof LinkDown) return;
    const { log, channel } = this.#parts;
    log.error(
      "fleet_refused",
      `${what} Reverb's channel ${channel} in Redis: ${
        String(error)
      }. Allow this user the channel (ACL SETUSER … &${channel})`,
    );
  }
}
