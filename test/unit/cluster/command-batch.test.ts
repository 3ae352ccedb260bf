import { expect, test } from "bun:test";
import { CommandBatch } from "../../../src/cluster/command-batch.ts";
import { LinkDown, type RedisCommand, type RedisLink } from "../../../src/redis/redis-link.ts";

/** A link whose answers come when the test says so: the command's own number. */
class SlowLink implements Pick<RedisLink, "run"> {
  readonly runs: { commands: readonly RedisCommand[]; answer: () => void; lose: () => void }[] = [];

  run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.runs.push({
        commands,
        answer: () => resolve(commands.map((command) => "script" in command ? 0 : Number(command[1]))),
        lose: () => reject(new LinkDown("gone")),
      });
    });
  }
}

function open(mayShip: () => boolean = () => true) {
  const link = new SlowLink(), faults: unknown[] = [], turns: (() => void)[] = [];
  const batch = new CommandBatch(
    link as unknown as RedisLink,
    (flush) => turns.push(flush),
    mayShip,
    (fault) => faults.push(fault),
  );
  return { link, faults, batch, endTurn: () => turns.splice(0).forEach((flush) => flush()) };
}

test("commands of one turn go out together at its end, each answer to its own", async () => {
  const { batch, link, endTurn } = open(), answers: unknown[] = [];
  for (let number = 0; number < 3; number++) batch.add(["GET", number], (answer) => answers.push(answer));
  expect(link.runs).toHaveLength(0);
  endTurn();
  link.runs[0]?.answer();
  await batch.send();
  expect([link.runs.length, answers]).toEqual([1, [0, 1, 2]]);
});

test("very many go in pieces, in order, and only some are under way at a time", async () => {
  const { batch, link } = open(), answers: unknown[] = [];
  for (let number = 0; number < 10_000; number++) {
    batch.add(["GET", number], (answer) => answers.push(answer));
  }
  const sent = batch.send();
  expect(link.runs.map(({ commands }) => commands.length)).toEqual([500, 500, 500, 500]);
  for (let run = 0; run < 20; run++) {
    link.runs[run]?.answer();
    await Bun.sleep(0);
  }
  await sent;
  expect(answers).toEqual(Array.from({ length: 10_000 }, (_, number) => number));
});

test("an exception in one callback is handed on and keeps no other waiting", async () => {
  const { batch, link, faults } = open(), answers: unknown[] = [];
  batch.add(["GET", 1], () => {
    throw new Error("defect");
  });
  batch.add(["GET", 2], (answer) => answers.push(answer));
  const sent = batch.send();
  link.runs[0]?.answer();
  await sent;
  expect([answers, faults.map(String)]).toEqual([[2], ["Error: defect"]]);
});

test("commands that may not be sent are thrown away, but not those that are added because of that", async () => {
  let mayShip = false;
  const added: string[] = [];
  const { batch, link } = open(() => {
    if (mayShip) return true;
    mayShip = true;
    batch.add(["GET", 2], () => added.push("second"));
    return false;
  });
  batch.add(["GET", 1], () => added.push("first"));
  const sent = batch.send();
  link.runs[0]?.answer();
  await sent;
  expect([link.runs.length, added]).toEqual([1, ["second"]]);
});

test("sending rejects when the link goes down with pieces under way and more to come", async () => {
  const { batch, link } = open();
  for (let number = 0; number < 3000; number++) batch.add(["GET", number]);
  const sent = batch.send();
  for (const run of link.runs) run.lose();
  batch.clear();
  await expect(sent).rejects.toThrow("gone");
});
