import { expect, test } from "bun:test";
import { Log } from "../../../../src/monitoring/log.ts";
import {
  RestartSignalWatch,
  type SeenSignal,
} from "../../../../src/process/restart-signal/restart-signal-watch.ts";

/** Answers of a store, one a look; after the last one the watch is left waiting. */
function watchAnswers(answers: readonly (string | undefined | Error)[], seen?: SeenSignal): {
  readonly lines: string[];
  readonly restarts: () => number;
  readonly exhausted: Promise<void>;
  readonly watch: RestartSignalWatch;
} {
  const lines: string[] = [], left = [...answers];
  let restarts = 0;
  const { promise: exhausted, resolve } = Promise.withResolvers<void>();
  const log = new Log("text", (line) => void lines.push(line.slice(24)), () => new Date());
  const watch = new RestartSignalWatch({
    reader: {
      place: "the store",
      read: () => {
        if (left.length === 0) {
          resolve();
          return new Promise(() => {});
        }
        const answer = left.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      close: () => Promise.resolve(),
    },
    log,
    wallClock: () => 1_700_000_000_000,
    restart: () => void restarts++,
    interval: 0,
    seen,
  });
  return { lines, restarts: () => restarts, exhausted, watch };
}

const before = "i:1699999999;", after = "i:1700000001;", down = new Error("connect\n  refused");

test.each(
  [
    ["an entry that was there at the start", [before, before, before], 0],
    ["an entry that comes", [undefined, undefined, after], 1],
    ["an entry that changes", [before, before, after], 1],
    ["an entry that changes twice", [before, after, "i:1700000009;"], 2],
    ["an entry that goes", [before, undefined, undefined], 0],
    ["an entry that goes and comes back as it was", [before, undefined, before], 0],
    ["a new entry after the cache was cleared", [before, undefined, after], 1],
    ["an entry from before the start, seen late", [down, before, before], 0],
    ["an entry from after the start, seen late", [down, down, after], 1],
    ["an entry from after the start in Redis, seen late", [down, "1700000001"], 1],
    ["an entry that is no timestamp, seen late", [down, "O:8:stdClass"], 0],
    ["a change while the store could not be asked", [before, down, down, after], 1],
  ] satisfies [string, (string | undefined | Error)[], number][],
)("%s: %j asks for a restart %d times", async (_, answers, expected) => {
  const { restarts, exhausted, watch } = watchAnswers(answers);
  await exhausted;
  expect(restarts()).toBe(expected);
  await watch.stop();
});

test("a store that cannot be asked is warned about once, and its return is reported", async () => {
  const { lines, exhausted, watch } = watchAnswers([before, down, down, down, before, before]);
  await exhausted;
  expect(lines).toEqual([
    "warning Cannot read Laravel's cache in the store: connect refused. Until it can be read, " +
    "`php artisan reverb:restart` is not noticed; `resound restart` works without it.",
    "info    Laravel's cache can be read again",
  ]);
  await watch.stop();
});

test("while no file is left to read with, the watch says nothing and looks on", async () => {
  const full = Object.assign(new Error("too many open files"), { code: "EMFILE" });
  const { lines, restarts, exhausted, watch } = watchAnswers([before, full, full, after]);
  await exhausted;
  expect([lines, restarts()]).toEqual([[], 1]);
  await watch.stop();
});

test.each([
  [
    "the one that the process before has acted on",
    [before, before],
    { place: "the store", value: before },
    0,
  ],
  ["one that has come since", [after, after], { place: "the store", value: before }, 1],
  ["the first one since", [after, after], { place: "the store" }, 1],
  ["one in another store than before", [after, after], { place: "another", value: before }, 0],
])("at the first look of a process that takes another's place: %s", async (_, answers, seen, restarts) => {
  const watched = watchAnswers(answers, seen);
  await watched.exhausted;
  expect(watched.restarts()).toBe(restarts);
  expect(watched.watch.seen).toEqual({ place: "the store", value: answers.at(-1) });
  await watched.watch.stop();
});
