import { expect, test } from "bun:test";
import type { ClusterNames } from "../../../../src/hub/cluster/cluster-names.ts";
import { type KeptConnection, withAddition } from "../../../../src/hub/recovery/kept-connection.ts";
import { OpenConnections } from "../../../../src/hub/recovery/open-connections.ts";
import { RecoverableConnection } from "../../../../src/hub/recovery/recoverable-connection.ts";
import { FakeNetwork, FakeSocket } from "../../../support/fake-hub.ts";
import { FakeTimers } from "../../../support/recovering-page.ts";

/** Connections whose channels and positions a test sets, and what is written of them. */
class Stage {
  readonly timers = new FakeTimers();
  readonly clients: RecoverableConnection[] = [];
  readonly texts = new Map<string, string>();
  readonly additions = new Map<string, string>();
  readonly ended: string[] = [];
  /** How many connections each call was about, and when it was. */
  calls: { readonly count: number; readonly at: number }[] = [];
  period = 0;
  room = Infinity;
  channels: readonly (readonly [channel: string, id: string])[] = [["news", "1-0"]];
  readonly #open: OpenConnections;
  readonly #gone = new Set<RecoverableConnection>();

  constructor(count: number) {
    const names: Pick<ClusterNames, "period" | "place" | "keep" | "add" | "end"> = {
      place: "here",
      period: 0,
      keep: (name, text) => void this.texts.set(name, text),
      add: (additions) => {
        if (additions.length > 0) this.calls.push({ count: additions.length, at: this.timers.now });
        for (const [name, text] of additions) this.additions.set(name, text);
      },
      end: (ended) => void this.ended.push(...ended),
    };
    this.#open = new OpenConnections({
      names: () => ({ ...names, period: this.period }) as ClusterNames,
      seconds: () => 120,
      takeRoom: (bytes) => (this.room -= bytes) >= 0,
      services: {
        now: () => this.timers.now,
        after: (milliseconds, then) => this.timers.after(milliseconds, then),
      },
    });
    const socket = new FakeSocket(new FakeNetwork());
    for (let index = 0; index < count; index++) {
      this.clients.push(new RecoverableConnection(`name-${index}`, null, { id: `${index}.1`, socket }));
    }
  }

  /** A second passes. */
  second(): void {
    this.#open.tick(this.clients, (client) => {
      if (this.#gone.has(client)) return undefined;
      return { origin: null, socketIds: [client.connection.id], users: [], ids: this.channels, isOpen: true };
    });
    this.timers.advance(1000);
  }

  end(client: RecoverableConnection): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    this.#gone.add(client);
    this.#open.ended(client);
  }

  /** What another node finds of a connection. */
  found(name: string): KeptConnection {
    return withAddition(JSON.parse(this.texts.get(name)!) as KeptConnection, this.additions.get(name));
  }
}

test("writes a text for each connection, then what has changed alone, and each again after its time", () => {
  const stage = new Stage(3);
  stage.second();
  expect([stage.texts.size, stage.additions.size]).toEqual([3, 0]);
  stage.texts.clear();
  // What was published just before may get its id later, so each change is written twice.
  stage.second();
  stage.calls = [];
  stage.second();
  expect([stage.texts.size, stage.calls]).toEqual([0, []]);
  stage.clients[1]!.acknowledged = 7;
  stage.channels = [["news", "2-0"]];
  stage.second();
  stage.second();
  stage.second();
  expect(stage.texts.size).toBe(0);
  expect(stage.calls.map(({ count }) => count)).toEqual([1, 1]);
  for (let second = 0; second < 120; second++) stage.second();
  expect(stage.texts.size).toBe(3);
});

test("of the text and the addition the later id counts, and an addition about other channels means nothing", () => {
  const stage = new Stage(1), [client] = stage.clients;
  stage.channels = [["news", "5-0"], ["sport", ""]];
  stage.second();
  client!.acknowledged = 1;
  stage.channels = [["news", "5-3"], ["sport", "6-0"]];
  stage.second();
  expect(stage.found("name-0").ids).toEqual([["news", "5-3"], ["sport", "6-0"]]);
  // Where the node does not know it any more, what it has known is true still.
  client!.acknowledged = 2;
  stage.channels = [["news", ""], ["sport", "7-0"]];
  stage.second();
  expect(stage.found("name-0").ids).toEqual([["news", "5-0"], ["sport", "7-0"]]);
  const addition = stage.additions.get("name-0");
  client!.acknowledged = 3;
  stage.channels = [["news", "9-0"], ["other", "8-0"]];
  stage.second();
  expect(stage.additions.get("name-0")).toBe(addition!);
  expect(stage.found("name-0").ids).toEqual([["news", "9-0"], ["other", "8-0"]]);
});

test("spreads many over the second, within bounds, and begins with those that had no turn", () => {
  const stage = new Stage(40_000);
  stage.second();
  expect(stage.texts.size).toBe(36_000);
  const started = stage.timers.now;
  for (const client of stage.clients) client.acknowledged = 1;
  stage.second();
  expect(stage.texts.size).toBe(40_000);
  expect(stage.calls.every(({ count }) => count <= 2_000)).toBe(true);
  expect(stage.calls.length).toBeLessThanOrEqual(18);
  expect(Math.max(...stage.calls.map(({ at }) => at)) - started).toBeLessThan(1000);
});

test("writes all again after what was kept may have been lost, and nothing of a connection that has ended", () => {
  const stage = new Stage(2), [first, second] = stage.clients;
  stage.second();
  stage.end(second!);
  stage.texts.clear();
  stage.period++;
  stage.second();
  expect([...stage.texts.keys()]).toEqual([first!.name]);
  expect(stage.ended).toEqual([second!.name]);
});

test("writes no text that there is no room for", () => {
  const stage = new Stage(100);
  stage.room = 1_000;
  stage.second();
  expect([...stage.texts.values()].join("").length).toBeLessThanOrEqual(1_000);
  expect(stage.texts.size).toBeGreaterThan(0);
});
