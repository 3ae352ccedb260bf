import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { type Cut, CuttingRelay } from "../support/cutting-relay.ts";
import { runResound } from "../support/run-resound.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../support/start-server.ts";
import type { BrowserPage } from "./browser-page.ts";
import { type BrowserKind, BROWSERS } from "./browsers.ts";
import {
  CHANNELS,
  faultsOf,
  type Got,
  type Library,
  publish,
  servePages,
  untilReceived,
  untilSubscribed,
} from "./recovery-pages.ts";
import { SteadyPublisher } from "./steady-publisher.ts";

/** `bun run bench browsers` has more of both. */
const EVENTS = Number(process.env["RESOUND_RECOVERY_EVENTS"] ?? 400);
const CUTS = Number(process.env["RESOUND_RECOVERY_CUTS"] ?? 6);

type CutOfAnyKind = Cut | "stop and start" | "restart";

/** What cuts the clients off, in turn. */
const KINDS: readonly CutOfAnyKind[] = ["socket", "swallowed", "half-open", "stop and start", "restart"];

const isOfNetwork = (kind: CutOfAnyKind): kind is Cut => kind !== "stop and start" && kind !== "restart";

/** A page with a host name, and so a jar, of its own. */
interface Visitor {
  readonly browser: BrowserKind["name"];
  readonly library: Library;
  readonly tabs: number;
  /** How its network is cut; at other cuts of the network it stays as it is. */
  readonly cuts: readonly Cut[];
}

const EVERY_CUT: readonly Cut[] = ["socket", "swallowed", "half-open"];

/**
 * pusher-js 7 gives up for ever after the second connection that breaks within four minutes, so that its network is cut once, also where
 * there are more cuts of that kind. In Firefox an end by the server counts as well.
 */
const VISITORS: readonly Visitor[] = [
  { browser: "Chromium", library: "pusher-js 8", tabs: 1, cuts: EVERY_CUT },
  { browser: "Chromium", library: "pusher-js 7", tabs: 1, cuts: ["swallowed"] },
  { browser: "Chromium", library: "Echo", tabs: 1, cuts: EVERY_CUT },
  { browser: "Chromium", library: "pusher-js 8", tabs: 5, cuts: EVERY_CUT },
  { browser: "Firefox", library: "Echo", tabs: 1, cuts: EVERY_CUT },
  { browser: "Firefox", library: "pusher-js 8", tabs: 1, cuts: EVERY_CUT },
  { browser: "WebKitGTK", library: "pusher-js 8", tabs: 1, cuts: EVERY_CUT },
];

/** What a visitor has opened. */
interface Visit {
  readonly visitor: Visitor;
  readonly tabs: readonly BrowserPage[];
  readonly relay: CuttingRelay;
}

interface Outcome {
  readonly visitor: Visitor;
  /** One for each tab. */
  readonly got: readonly Got[];
  readonly gaps: readonly unknown[];
  readonly whispers: number;
  readonly mayComeTwice: number;
}

/** All browsers are cut off at the same time, from one server. */
async function run(): Promise<readonly Outcome[]> {
  await using stack = new AsyncDisposableStack();
  const directory = temporaryDirectory();
  // Laravel's folder, in which a server that stops leaves what the next one needs.
  mkdirSync(join(directory, "storage/framework/cache"), { recursive: true });
  const start = () =>
    startServer({
      directory,
      env: {
        REVERB_APP_RECOVERY_ENABLED: "true",
        REVERB_APP_RECOVERY_MAX_EVENTS: String(2 * EVENTS + 10),
        REVERB_MAX_REQUEST_SIZE: "100000",
        REVERB_DRAIN_SECONDS: "0.2",
      },
    });
  let server = await start();
  stack.defer(() => server.stop().then(() => undefined));
  const sdk = serverSdk(server), pages = servePages(sdk, { port: server.port });
  stack.defer(() => pages.stop());
  const visits: Visit[] = [];
  await Promise.all(
    BROWSERS.filter(({ missing }) => missing === undefined).map(async ({ name, open }) => {
      const browser = stack.use(await open());
      for (const visitor of VISITORS) {
        if (visitor.browser !== name) continue;
        const tabs: BrowserPage[] = [], relay = stack.use(await CuttingRelay.open(() => server.port));
        const host = `visitor-${VISITORS.indexOf(visitor)}.localhost`;
        const query = new URLSearchParams({ library: visitor.library, port: String(relay.port) });
        for (let tab = 0; tab < visitor.tabs; tab++) {
          const page = await browser.newPage();
          await page.goto(`http://${host}:${pages.port}/page?${query}`);
          tabs.push(page);
        }
        visits.push({ visitor, tabs, relay });
      }
    }),
  );
  for (const { tabs } of visits) for (const page of tabs) await untilSubscribed(page, 1);

  const auth = stack.use(startAuthEndpoint(sdk));
  const other = stack.use(await connectPusher(server, { auth, user: { id: "8" } }));
  const room = other.pusher.subscribe("private-news");
  await new Promise((resolve) => room.bind("pusher:subscription_succeeded", resolve));

  // `betweenProcesses` are events that may have been on their way between two processes when clients were handed over.
  const step = EVENTS / (CUTS + 1);
  let whispers = 0, betweenProcesses = 0, api = sdk;
  using publisher = new SteadyPublisher(async (n) => {
    await publish(api, n);
    // Long before the server stops: what a client sends while it is cut off is lost.
    if (n <= step * KINDS.indexOf("stop and start") && room.trigger("client-n", { n })) whispers++;
    return true;
  });
  for (let cut = 0; cut < CUTS; cut++) {
    publisher.limit = Math.ceil((cut + 1) * step);
    // The cut finds clients that are back, and have events that no cut has touched.
    await publisher.until((cut + 1 / 2) * step);
    const kind = KINDS[cut % KINDS.length]!;
    const met = visits.filter(({ visitor: { library, cuts } }) =>
      !isOfNetwork(kind) || cuts.includes(kind) && (library !== "pusher-js 7" || cut < KINDS.length)
    );
    const pages = met.flatMap(({ tabs }) => tabs);
    const before = await Promise.all(pages.map((page) => page.evaluate("connects") as Promise<number>));
    if (kind === "stop and start") {
      await publisher.pause(async () => {
        await server.stop();
        server = await start();
        api = serverSdk(server);
      });
    } else if (kind === "restart") {
      const from = publisher.published, { code } = await runResound(["restart", "--laravel", directory]);
      expect(code).toBe(0);
      betweenProcesses += (publisher.published - from + 1) * (CHANNELS.length + 1);
    } else await Promise.all(met.map(({ relay }) => relay.cut(kind)));
    for (const [index, page] of pages.entries()) await untilSubscribed(page, before[index]! + 1);
  }
  publisher.limit = EVENTS;
  await publisher.until(EVENTS);
  const outcomes: Outcome[] = [];
  for (const { visitor, tabs, relay } of visits) {
    const got: Got[] = [], gaps: unknown[] = [];
    for (const page of tabs) {
      await untilReceived(page, EVENTS);
      got.push(await page.evaluate("got") as Got);
      gaps.push(...await page.evaluate("gaps") as unknown[]);
    }
    const mayComeTwice = relay.mayComeTwice + tabs.length * betweenProcesses;
    outcomes.push({ visitor, got, gaps, whispers, mayComeTwice });
  }
  return outcomes;
}

let outcomes: Promise<readonly Outcome[]> | undefined;

for (const { name, missing } of BROWSERS) {
  for (const visitor of VISITORS.filter(({ browser }) => browser === name)) {
    const { library, tabs } = visitor;
    test.skipIf(skipWhen(missing !== undefined, `recovery: ${missing}`))(
      `untouched ${library} in ${name} loses no event over cuts of network and server (tabs: ${tabs})`,
      async () => {
        const outcome = (await (outcomes ??= run())).find((each) => each.visitor === visitor)!;
        const channels = [...CHANNELS, "whisper"] as const;
        let again = 0;
        for (const got of outcome.got) {
          for (const channel of channels) {
            const count = channel === "whisper" ? outcome.whispers : EVENTS;
            const { missing, twice, disordered } = faultsOf(got[channel], count);
            again += twice;
            expect([channel, missing, disordered]).toEqual([channel, [], 0]);
          }
        }
        expect(outcome.gaps).toEqual([]);
        // Tabs that were cut at once cannot be told apart: each begins where the slowest was.
        if (tabs === 1) expect(again).toBeLessThanOrEqual(outcome.mayComeTwice);
        console.log(
          `${name}, ${library}, tabs: ${tabs}, ${EVENTS} events on ${CHANNELS.length} channels, ` +
            `${outcome.whispers} whispers, ${CUTS} cuts: 0 lost, ${again} twice (${outcome.mayComeTwice} may)`,
        );
      },
      60_000 + EVENTS * 100 + CUTS * 10_000,
    );
  }
}
