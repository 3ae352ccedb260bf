import type { Publication, Target } from "./target.ts";

/** Which channel each connection subscribes to; `{n}` in the name is the connection's number divided by `perChannel`. */
export interface JoinPlan {
  /** `bench`, `room-{n}`, `private-user-{n}`, `presence-room`. */
  readonly channel: string;
  readonly perChannel?: number;
}

/** What the load client can be asked for, each with its answer; every answer comes with a {@link LoadCost}. */
export interface LoadProtocol {
  /**
   * Opens connections and subscribes them; answered when each has its confirmation, and every member its notices. The answer has
   * their ports on the client's side, by which one finds the process that serves them.
   */
  readonly open: {
    readonly request: {
      readonly target: Target;
      readonly group: number;
      readonly count: number;
      /** How many are on their way at once; below every listen backlog. */
      readonly atOnce: number;
      readonly join: JoinPlan;
    };
    readonly answer: { readonly localPorts: readonly number[] };
  };
  /** Closes the newest connections of a group as browsers do, with a close frame. */
  readonly close: {
    readonly request: { readonly group: number; readonly count: number };
    readonly answer: Record<never, never>;
  };
  /**
   * Calls the HTTP API for a while, `atOnce` calls at a time, taking the publications in turn, each as a call of its own or
   * `batch` of them together. Where calls lead to deliveries, the next calls go out when all have arrived, and it is an error
   * when more or fewer arrive than promised.
   */
  readonly publish: {
    readonly request: {
      readonly target: Target;
      readonly publications: readonly Publication[];
      readonly batch?: number;
      /** Whether each call, one event, has a connection of its own. */
      readonly newConnections?: boolean;
      readonly atOnce: number;
      readonly milliseconds: number;
      readonly group: number;
      readonly deliveriesPerEvent: number;
      /** Milliseconds from the last delivery to the next calls; none when left out. */
      readonly pause?: number;
    };
    readonly answer: {
      readonly calls: number;
      readonly events: number;
      readonly deliveries: number;
      /** That have come to the connections of the group, framing included. */
      readonly bytes: number;
    };
  };
  /** Sends client events over connections of a group, `atOnce` at a time, or so many a second. */
  readonly clientEvents: {
    readonly request: {
      readonly group: number;
      readonly channel: string;
      readonly data: string;
      readonly milliseconds: number;
      readonly deliveriesPerEvent: number;
      readonly pace: { readonly atOnce: number } | { readonly perSecond: number };
    };
    readonly answer: { readonly events: number; readonly deliveries: number };
  };
  /** Connects, subscribes and closes for a while, as fast as it goes or so often a second. */
  readonly storm: {
    readonly request: {
      readonly target: Target;
      readonly atOnce: number;
      readonly perSecond?: number;
      readonly milliseconds: number;
      readonly join: JoinPlan;
    };
    readonly answer: { readonly connections: number };
  };
  /**
   * Clients come within a second, each with a private channel, and ask an endpoint with so many PHP processes for its signature, which
   * takes each so long.
   */
  readonly stampede: {
    readonly request: {
      readonly target: Target;
      readonly clients: number;
      readonly processes: number;
      readonly callMilliseconds: number;
    };
    /** Times in milliseconds. */
    readonly answer: {
      /** Until the last client had its channel, or was refused. */
      readonly within: number;
      readonly greetedWithin: number;
      /** How often a client got 4100. */
      readonly turnedAway: number;
      /** Clients whose call the endpoint refused: they stay without their channel. */
      readonly withoutChannel: number;
      /** From an attempt to its greeting. */
      readonly longestGreeting: number;
      readonly longestCall: number;
    };
  };
  /** Lets newcomers join a presence channel and leave it again for a while; its members are the connections of a group. */
  readonly churn: {
    readonly request: {
      readonly target: Target;
      readonly group: number;
      readonly channel: string;
      readonly newcomers: number;
      readonly milliseconds: number;
    };
    readonly answer: { readonly joins: number; readonly deliveries: number };
  };
  /**
   * Cuts all connections of a group, publishes so many events to each of their channels, and has all clients come back, `atOnce` on their
   * way at the same time. It is an error when one lacks an event, or gets one twice or out of order.
   */
  readonly comeBack: {
    readonly request: {
      readonly target: Target;
      readonly group: number;
      /** As they have subscribed. */
      readonly join: JoinPlan;
      /** A channel. */
      readonly events: number;
      readonly bytes: number;
      readonly atOnce: number;
    };
    /** Times in milliseconds, from the first client's return. */
    readonly answer: {
      /** Until all have all that they have missed. */
      readonly within: number;
      readonly subscribedWithin: number;
      readonly deliveries: number;
    };
  };
  /** Calls the server all the time for a while: the longest wait shows its longest pause. To be asked of a load client of its own. */
  readonly probe: {
    readonly request: { readonly target: Target; readonly milliseconds: number };
    /** Milliseconds. */
    readonly answer: { readonly longest: number };
  };
  /**
   * Publishes at a fixed rate, whether or not the server keeps up, and takes the time from when each event was due to its arrival
   * at some connections of each group.
   */
  readonly latency: {
    readonly request: {
      readonly target: Target;
      readonly channel: string;
      readonly bytes: number;
      readonly perSecond: number;
      readonly milliseconds: number;
      readonly groups: readonly number[];
      /** Connections of each group that are watched. */
      readonly probes: number;
      /** Connections for the calls, which wait when all are busy; 64 by default. */
      readonly callers?: number;
    };
    readonly answer: {
      readonly groups: readonly LatencyFigures[];
      readonly events: number;
      /** Milliseconds by which the latest event went out late, because the load client itself did not run. */
      readonly late: number;
    };
  };
}

/** Milliseconds. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
}

/** What a request has cost the load client. */
export interface LoadCost {
  /** CPU seconds. */
  readonly cpuSeconds: number;
  /** Seconds from the request to its answer. */
  readonly seconds: number;
}

/** One of the requests, as it goes over the wire. */
export type LoadRequest = {
  [Name in keyof LoadProtocol]: { readonly do: Name } & LoadProtocol[Name]["request"];
}[keyof LoadProtocol];

/** What comes back: an answer, or why there is none. */
export type LoadAnswer =
  | { readonly kind: "done"; readonly answer: unknown; readonly cost: LoadCost }
  | { readonly kind: "failed"; readonly reason: string };
