import type { Contender } from "../contenders/contender.ts";
import type { Publication } from "../load/target.ts";
import { residentBytes } from "../machine/resident-bytes.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const SUBSCRIBERS = 500;
const GROUP = 0;
const AT_ONCE = 8;
/** Different events, taken in turn: a repeated one would be compressed to a reference to the one before. */
const EVENTS = 50;
/** Milliseconds in which memory settles. */
const SETTLE = 500;

/** What compressing messages saves, and what it costs. */
export const compression: Scenario = {
  name: "compression",
  title: "Compression",
  measures: "What compressing messages costs the server for each delivery, and how many bytes it saves.",
  about:
    `Events whose data is JSON (a list of orders, ${EVENTS} different ones in turn) to ${SUBSCRIBERS} subscribers of one ` +
    `public channel, ${AT_ONCE} at once: without compression, with each message compressed by itself (shared), and with what the ` +
    "connection was sent before (dedicated). Bytes are those that reach a client, framing included; memory is what each " +
    "connection takes before the first event.",
  needs: "compression",
  async measure(stage) {
    for (const mode of ["off", "shared", "dedicated"] as const) {
      const contender = await stage.start(mode === "off" ? {} : { compression: mode });
      await connect(stage, contender, mode);
      await stage.load.ask("publish", publishing(contender, 1000, stage.pace.warmUp));
      for (const bytes of [100, 1000, 10_000]) await measureSize(stage, contender, mode, bytes);
      await stage.load.ask("close", { group: GROUP, count: SUBSCRIBERS });
      await stage.stop(contender);
    }
  },
};

async function connect(stage: Stage, { pid, target }: Contender, mode: string): Promise<void> {
  const label = `${mode}, ${SUBSCRIBERS} subscribers`;
  stage.note(label);
  await Bun.sleep(SETTLE);
  const empty = residentBytes(pid), join = { channel: "bench" };
  await stage.load.ask("open", { target, group: GROUP, count: SUBSCRIBERS, atOnce: 50, join });
  await Bun.sleep(SETTLE);
  const value = (residentBytes(pid) - empty) / SUBSCRIBERS / 1024;
  stage.add({ label, measure: "memory a connection", unit: "KB", value });
}

async function measureSize(stage: Stage, contender: Contender, mode: string, bytes: number): Promise<void> {
  const label = `${mode}, ${bytes < 1000 ? `${bytes} B` : `${bytes / 1000} KB`}`;
  stage.note(label);
  const { serverSeconds, deliveries, bytes: received, loadShare } = await stage.costOf(
    contender,
    () => stage.load.ask("publish", publishing(contender, bytes, stage.pace.runFor)),
  );
  const growths = [{ series: mode, size: bytes, axis: "bytes of data" }];
  stage.add(
    {
      label,
      measure: "CPU a delivery",
      unit: "µs",
      value: serverSeconds / deliveries * 1e6,
      loadShare,
      growths,
    },
    { label, measure: "bytes a delivery", unit: "B", value: received / deliveries, loadShare, growths },
  );
}

function publishing({ target }: Contender, bytes: number, milliseconds: number) {
  return {
    ...{ target, atOnce: AT_ONCE, milliseconds, group: GROUP, deliveriesPerEvent: SUBSCRIBERS },
    publications: Array.from({ length: EVENTS }, (_, index): Publication => {
      return { channel: "bench", data: orders(bytes, index) };
    }),
  };
}

const CUSTOMERS = [
  "Anna Berg",
  "Bruno Costa",
  "Chen Wei",
  "Dana Novak",
  "Emre Kaya",
  "Farah Aziz",
  "Goran Ilic",
];
const STATES = ["paid", "packed", "shipped", "delivered", "returned"];

/** JSON of about so many bytes, different for each number; only the keys and some words repeat. */
function orders(bytes: number, number: number): string {
  let random = number + 1, text = "[";
  const next = (below: number): number => {
    random = Math.imul(random, 1_664_525) + 1_013_904_223 >>> 0;
    return Math.floor(random / 2 ** 32 * below);
  };
  do {
    const order = {
      id: next(1_000_000),
      customer: CUSTOMERS[next(CUSTOMERS.length)],
      state: STATES[next(STATES.length)],
      total: next(100_000) / 100,
    };
    text += `${text === "[" ? "" : ","}${JSON.stringify(order)}`;
  } while (text.length < bytes - 40);
  return `${text}]`;
}
