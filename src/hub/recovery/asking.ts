import { Fifo } from "../fifo.ts";
import { PusherPings, type RecoverableConnection, type RecoveredChannel } from "./recoverable-connection.ts";

/** What {@link Asking} needs. */
export interface AskingServices {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Calls back after so many milliseconds. */
  readonly after: (milliseconds: number, then: () => void) => void;
  /** Calls back at the end of what runs now, before the runtime writes what was published. */
  readonly soon: (then: () => void) => void;
  /** The next number of the clock that events and pings share. */
  readonly nextNumber: () => number;
  /** Milliseconds from an event to the ping that asks for it (`acknowledge_every`). */
  readonly interval: () => number;
  /** Whether `pusher:ping` is used in place of a control frame. */
  readonly usesPusherPing: () => boolean;
  readonly sendPusherPing: (client: RecoverableConnection) => void;
}

/** Milliseconds between two `pusher:ping`s to one client at least: it counts messages, and so may the application. */
const PUSHER_INTERVAL = 1000;

/** Channels that are due within this part of the interval are asked together, and with an event that comes so long before. */
const SLACK = 1 / 4;

/** Milliseconds between two events that come together: calls that arrive at the same time, each in a turn of its own. */
const TOGETHER = 2;

/** `dueAt` of a channel whose clients are asked at the end of this turn. */
const END_OF_TURN = Infinity;

/** A client whose turn to be asked comes. */
interface DueClient {
  readonly client: RecoverableConnection;
  readonly at: number;
}

/** A channel whose turn comes, unless its clients have been asked meanwhile: then its `dueAt` is another one. */
interface DueChannel {
  readonly channel: RecoveredChannel;
  readonly at: number;
}

/**
 * Asks clients what has arrived: a ping with a number, which the client's WebSocket layer answers in order, so that the pong
 * acknowledges all that was sent before. At most one such ping is under way for a connection. An event costs nothing here unless its
 * channel has a client without a ping under way; then these are asked once, a moment later. That is the only loop over subscribers.
 */
export class Asking {
  readonly #services: AskingServices;
  readonly #channels = new Fifo<DueChannel>();
  /** Channels whose clients are asked at the end of this turn. */
  #inTurn: RecoveredChannel[] = [];
  readonly #clients = new Fifo<DueClient>();
  #isArmed = false;

  constructor(services: AskingServices) {
    this.#services = services;
  }

  /**
   * The channel has an event, at `time`. Its clients are asked `acknowledge_every` later; after a silence, or where their turn is about
   * to come, at the end of this turn: then ping and event leave in one write, which costs more than all the rest. Not so where events
   * come together: the ping behind the first one would take the write apart that they share.
   */
  published(channel: RecoveredChannel, time: number): void {
    const isBehind = time - channel.publishedAt < TOGETHER, cameTogether = channel.comeTogether;
    channel.publishedAt = time;
    channel.comeTogether = isBehind && channel.dueAt !== END_OF_TURN;
    this.#plan(channel, time, !isBehind && !cameTogether);
  }

  /** Asks a client now, unless a ping is under way: then it is asked again when that is answered and something has come since. */
  ask(client: RecoverableConnection): void {
    if (!client.isAsked) this.askSoon(client);
  }

  /** Asks a client also while a ping is under way: now, or as soon as it may be asked again. */
  askSoon(client: RecoverableConnection): void {
    if (client.back?.pusher?.isListed === true || this.askAnyway(client) !== undefined) return;
    const pusher = client.returning.pusher ??= new PusherPings(), at = pusher.askedAt + PUSHER_INTERVAL;
    pusher.isListed = true;
    this.#clients.push({ client, at });
    this.#arm(at - this.#services.now());
  }

  /** Asks a client now, also while a ping is under way. Returns the number of the ping; `undefined` where it is too early for one. */
  askAnyway(client: RecoverableConnection): number | undefined {
    const { usesPusherPing, now, nextNumber, sendPusherPing } = this.#services;
    if (!usesPusherPing()) {
      const number = client.asked = nextNumber();
      client.connection.socket.ping(String(number));
      return number;
    }
    return this.#askByPusher(client, now, sendPusherPing);
  }

  #askByPusher(
    client: RecoverableConnection,
    now: () => number,
    send: AskingServices["sendPusherPing"],
  ): number | undefined {
    if (client.back?.pusher !== undefined && now() - client.back.pusher.askedAt < PUSHER_INTERVAL) {
      return undefined;
    }
    const number = this.pusherPing(client);
    send(client);
    return number;
  }

  /** A `pusher:ping` is sent to the client: its answer counts like any other. Returns its number. */
  pusherPing(client: RecoverableConnection): number {
    const pusher = client.returning.pusher ??= new PusherPings();
    pusher.askedAt = this.#services.now();
    const number = client.asked = this.#services.nextNumber();
    pusher.unanswered.push(number);
    return number;
  }

  /** A client has answered a ping. False for an answer that means nothing. */
  answered(client: RecoverableConnection, number: number): boolean {
    if (!client.answered(number)) return false;
    if (client.isAsked) return true;
    const away = client.away;
    client.away = undefined;
    if (away !== undefined) {
      for (const channel of away) {
        channel.quiet.add(client);
        if (channel.log.head > number && !channel.isDue) this.#plan(channel, this.#services.now(), true);
      }
    }
    if (client.isUnasked) this.ask(client);
    return true;
  }

  /** The client is on the channel: it is asked about its events. */
  add(channel: RecoveredChannel, client: RecoverableConnection): void {
    channel.quiet.add(client);
  }

  /** The client is on the channel no longer. False where it was not. */
  remove(channel: RecoveredChannel, client: RecoverableConnection): boolean {
    if (channel.quiet.delete(client)) return true;
    const { away } = client, index = away?.indexOf(channel) ?? -1;
    if (index === -1) return false;
    away!.splice(index, 1);
    return true;
  }

  /** Has the channel's clients be asked. `isAlone`: nothing is taken apart by a ping at the end of this turn. */
  #plan(channel: RecoveredChannel, time: number, isAlone: boolean): void {
    if (channel.quiet.size === 0) return;
    const { interval, usesPusherPing } = this.#services, isPusher = usesPusherPing();
    const every = isPusher ? PUSHER_INTERVAL : interval();
    const isTime = channel.isDue
      ? !isPusher && time >= channel.dueAt - every * SLACK
      : time - channel.askedAt >= every;
    if (isTime && (isPusher || isAlone)) this.#askInTurn(channel);
    else if (!channel.isDue) this.#askLater(channel, time, every);
  }

  #askInTurn(channel: RecoveredChannel): void {
    channel.isDue = true;
    channel.dueAt = END_OF_TURN;
    this.#inTurn.push(channel);
    if (this.#inTurn.length > 1) return;
    this.#services.soon(() => {
      const channels = this.#inTurn;
      this.#inTurn = [];
      for (const each of channels) this.#askAbout(each);
    });
  }

  #askLater(channel: RecoveredChannel, time: number, every: number): void {
    channel.isDue = true;
    channel.dueAt = time + every;
    this.#channels.push({ channel, at: channel.dueAt });
    this.#arm(every);
  }

  #arm(milliseconds: number): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#services.after(Math.max(1, milliseconds), () => {
      this.#isArmed = false;
      this.#askAll();
    });
  }

  #askAll(): void {
    const { now, interval } = this.#services;
    const time = now(), until = time + interval() * SLACK;
    for (let due = this.#channels.at(0); due !== undefined && due.at <= until; due = this.#channels.at(0)) {
      this.#channels.shift();
      if (due.channel.isDue && due.channel.dueAt === due.at) this.#askAbout(due.channel);
    }
    // Not a moment before: it would be too early for a `pusher:ping`, and its turn would come again at once.
    for (let due = this.#clients.at(0); due !== undefined && due.at <= time; due = this.#clients.at(0)) {
      this.#clients.shift();
      if (due.client.back?.pusher !== undefined) due.client.back.pusher.isListed = false;
      this.askSoon(due.client);
    }
    const next = Math.min(this.#channels.at(0)?.at ?? Infinity, this.#clients.at(0)?.at ?? Infinity);
    if (next !== Infinity) this.#arm(next - time);
  }

  /** Asks the channel's clients that have no ping under way. */
  #askAbout(channel: RecoveredChannel): void {
    const { now, nextNumber, usesPusherPing } = this.#services;
    channel.isDue = false;
    channel.dueAt = -Infinity;
    channel.askedAt = now();
    const clients = [...channel.quiet];
    channel.quiet.clear();
    if (usesPusherPing()) {
      for (const client of clients) {
        if (!client.isAsked && this.askAnyway(client) === undefined) channel.quiet.add(client);
        else (client.away ??= []).push(channel);
      }
      this.#plan(channel, now(), true);
      return;
    }
    const number = nextNumber(), payload = String(number);
    for (const client of clients) {
      (client.away ??= []).push(channel);
      if (client.isAsked) continue;
      client.asked = number;
      client.connection.socket.ping(payload);
    }
  }
}
