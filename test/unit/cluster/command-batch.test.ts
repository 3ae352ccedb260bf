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

const nameOf = (command: RedisCommand): string => "script" in command ? "script" : command[0];

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

/** A batch of which one ends the turns, and asks whether another turn may follow. */
function openGathered() {
  const link = new SlowLink();
  let flush = (): void => {}, mayWait = (): boolean => false;
  const batch = new CommandBatch(
    link as unknown as RedisLink,
    (over, may) => {
      flush = over;
      mayWait = may;
    },
    () => true,
    () => {},
  );
  const publish = (text: string): void => batch.add(["PUBLISH", "news", text], undefined, true);
  return { link, batch, publish, endTurn: () => flush(), mayWait: () => mayWait() };
}

test("another turn may follow as long as all commands may wait", () => {
  const { link, batch, publish, endTurn, mayWait } = openGathered();
  publish("a");
  publish("b");
  expect(mayWait()).toBe(true);
  batch.add(["GET", "k"]);
  publish("c");
  expect(mayWait()).toBe(false);
  endTurn();
  expect(link.runs).toHaveLength(1);
  publish("d");
  expect(mayWait()).toBe(true);
  batch.later(() => {});
  expect(mayWait()).toBe(false);
});

test("one command waits for no other turn, unless there were several a moment ago", () => {
  const { publish, endTurn, mayWait } = openGathered();
  publish("a");
  expect(mayWait()).toBe(false);
  publish("b");
  endTurn();
  publish("c");
  expect(mayWait()).toBe(true);
  endTurn();
  publish("d");
  expect(mayWait()).toBe(false);
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

test("work of a turn is done at its end, in order, unless it was withdrawn, and may bring more", () => {
  const { batch, link, endTurn } = open();
  batch.later(() => {
    batch.add(["GET", 2]);
    batch.later(() => batch.add(["GET", 4]));
  });
  const withdrawn = batch.later(() => batch.add(["GET", 99]));
  batch.add(["GET", 1]);
  batch.later(() => batch.add(["GET", 3]));
  withdrawn.withdraw();
  endTurn();
  expect(link.runs.map(({ commands }) => commands)).toEqual([[["GET", 1], ["GET", 2], ["GET", 3], [
    "GET",
    4,
  ]]]);
});

test("a turn is over when Redis has answered what it brought, and at once when that is nothing", async () => {
  const { batch, link, endTurn } = open(), over: string[] = [];
  batch.afterTurn(() => over.push("empty"));
  endTurn();
  expect(over).toEqual(["empty"]);
  batch.later(() => batch.add(["GET", 1]));
  batch.afterTurn(() => over.push("first"));
  endTurn();
  batch.add(["GET", 2]);
  batch.afterTurn(() => over.push("second"));
  endTurn();
  // In a Redis Cluster the later one may be answered first.
  link.runs[1]?.answer();
  await Bun.sleep(0);
  expect(over).toEqual(["empty"]);
  link.runs[0]?.answer();
  await Bun.sleep(0);
  expect(over).toEqual(["empty", "first", "second"]);
});

test("a turn is over too when it is thrown away, or the link goes down", async () => {
  const { batch, link, endTurn } = open(), over: string[] = [];
  batch.later(() => batch.add(["GET", 1]));
  batch.afterTurn(() => over.push("sent"));
  endTurn();
  batch.add(["GET", 2]);
  batch.afterTurn(() => over.push("thrown away"));
  link.runs[0]?.lose();
  batch.clear();
  endTurn();
  await Bun.sleep(0);
  expect([over, link.runs.length]).toEqual([["sent", "thrown away"], 1]);
});

test("a hundred thousand commands wait without each piece costing more than the one before", async () => {
  const { batch, link } = open();
  let answers = 0;
  for (let number = 0; number < 100_000; number++) batch.add(["GET", number], () => answers++);
  const sent = batch.send();
  for (let run = 0; run < 200; run++) {
    link.runs[run]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
  await sent;
  expect([answers, link.runs.length]).toEqual([100_000, 200]);
});

test("the events of one turn leave as one command where they may, each with its own answer", async () => {
  const sent: (readonly RedisCommand[])[] = [], answers: unknown[] = [], turns: (() => void)[] = [];
  const link: Pick<RedisLink, "run"> = {
    run(commands) {
      sent.push(commands);
      // The second event is refused. The check behind the commands is answered too.
      return Promise.resolve(commands.map((command) => nameOf(command) === "EVAL" ? [2, "NOPERM no"] : "ok"));
    },
  };
  let isOneServer = true, checked: readonly unknown[] = [];
  const check = {
    behind: (commands: readonly RedisCommand[]): RedisCommand[] => [["EXISTS", `${commands.length}`]],
    answered: (answers: readonly unknown[]) => void (checked = answers),
  };
  const batch = new CommandBatch(
    link,
    (flush) => turns.push(flush),
    () => true,
    () => {},
    check,
    () => isOneServer,
  );
  const turn = async (): Promise<void> => {
    for (const text of ["a", "b", "c"]) {
      batch.add(["PUBLISH", "news", text], (answer) => answers.push(answer));
    }
    batch.add(["GET", "k"], (answer) => answers.push(answer));
    turns.splice(0).forEach((flush) => flush());
    await batch.send();
  };
  await turn();
  expect(sent[0]?.map((command) => nameOf(command))).toEqual(["EVAL", "GET", "EXISTS"]);
  expect(sent[0]?.[2]).toEqual(["EXISTS", "4"]);
  expect(answers).toEqual([1, new Error("NOPERM no"), 1, "ok"]);
  expect(checked).toEqual(["ok"]);
  isOneServer = false;
  await turn();
  expect(sent[1]?.map((command) => nameOf(command))).toEqual(
    ["PUBLISH", "PUBLISH", "PUBLISH", "GET", "EXISTS"],
  );
});
