import type { PublicAddress } from "../config/applications/public-address.ts";
import { type BuiltEcho, builtEchoes } from "./built-echo.ts";
import type { Variable } from "./check-laravel.ts";
import { type CheckLine, error, ok, skipped, warning } from "./check-line.ts";
import type { CheckedServer } from "./checked-server.ts";
import { targetUrl } from "./probe/probe-target.ts";
import { askApp, publicTarget, type WrittenAddress } from "./public-steps.ts";

/** A script of the front end. */
export interface BuiltScript {
  /** Relative to the application's folder. */
  readonly path: string;
  readonly text: string;
}

/** What Vite has built for the pages. */
export interface FrontEnd {
  /** Whether `public/hot` is there: pages then take their scripts from Vite's development server. */
  readonly isHot: boolean;
  /** Whether `public/build` is there. */
  readonly isBuilt: boolean;
  readonly scripts: Iterable<BuiltScript>;
}

/** What the check needs besides the server. */
export interface FrontEndCheck {
  readonly frontEnd: FrontEnd;
  readonly variable: Variable;
  /** Whether a server runs here, so that browsers can be expected to reach it. */
  readonly isUp: boolean;
}

/** Echo's options, and where they are written. */
interface PlacedEcho extends BuiltEcho {
  readonly place: string;
}

const SUBJECT = "front end";
/** Lines for this many places at most. */
const SHOWN = 5;
const BUILD = "Build the front end again (`npm run build`)";

/** Where browsers connect to, by the variables that Vite gives to scripts and by the scripts it has built, against what is served. */
export async function* checkFrontEnd(
  checked: CheckedServer,
  { frontEnd, variable, isUp }: FrontEndCheck,
): AsyncGenerator<CheckLine> {
  const written = writtenEcho(variable);
  const built = (frontEnd.isBuilt ? echoesIn(frontEnd.scripts) : []).filter((echo) => isForUs(echo, checked));
  if (frontEnd.isHot) {
    yield warning(
      SUBJECT,
      "public/hot is there: pages take their scripts from Vite's development server, not from public/build",
      "Remove public/hot where no `npm run dev` runs",
    );
  }
  yield* checkKeys(checked, built);
  if (frontEnd.isBuilt ? built.length === 0 : written !== undefined) {
    yield skipped(
      SUBJECT,
      frontEnd.isBuilt
        ? "no script in public/build has options of Echo in it, so that its key and address were not checked"
        : "public/build is not here, so that the key and the address of the built scripts were not checked",
    );
  }
  for (const echo of [...built, ...(written === undefined ? [] : [written])].slice(0, SHOWN)) {
    yield* checkAddress(checked, echo, { variable, isUp });
  }
}

/** What a build of now would give Echo, as Laravel's `echo.js` has it; `undefined` where no host is set for the pages. */
function writtenEcho(variable: Variable): PlacedEcho | undefined {
  const host = variable("VITE_REVERB_HOST"), scheme = variable("VITE_REVERB_SCHEME")?.text || "https";
  if (host === undefined || host.text === "") return undefined;
  const port = Number(variable("VITE_REVERB_PORT")?.text || NaN);
  return {
    place: host.place,
    host: host.text,
    ...(Number.isInteger(port) ? { port } : {}),
    scheme: scheme === "http" ? "http" : "https",
  };
}

function echoesIn(scripts: Iterable<BuiltScript>): PlacedEcho[] {
  const found = new Map<string, PlacedEcho>();
  for (const { path, text } of scripts) {
    for (const echo of builtEchoes(text)) found.set(JSON.stringify(echo), { place: path, ...echo });
  }
  return [...found.values()];
}

/** Options for Pusher's own service, or for another server, are no mistake. */
function isForUs({ isPusher, key, host }: BuiltEcho, { config, publicAddress }: CheckedServer): boolean {
  return isPusher !== true || host === publicAddress.host ||
    config.applications.some((application) => application.key === key);
}

function* checkKeys(
  { config: { applications, development, provider } }: CheckedServer,
  built: readonly PlacedEcho[],
): Generator<CheckLine> {
  if (development) return;
  const keyed = built.filter(({ key }) => typeof key === "string");
  const [keyless] = built.filter(({ key }) => key === null);
  if (keyed.length === 0 && keyless !== undefined) {
    yield error(
      SUBJECT,
      `${keyless.place} was built without a key`,
      `Set VITE_REVERB_APP_KEY="\${REVERB_APP_KEY}" in .env. ${BUILD}`,
    );
  }
  for (const { place, key } of keyed.slice(0, SHOWN)) {
    const application = applications.find((each) => each.key === key);
    // Of those in a source only one is known here.
    if (application === undefined && provider.kind !== "config") continue;
    yield application === undefined
      ? error(
        SUBJECT,
        `${place} was built with the key ${key}, which no application here has: browsers are refused with 4001`,
        BUILD,
      )
      : ok(SUBJECT, `${place} was built with the key of application ${application.id}`);
  }
}

/** Connects where browsers would, unless that is the public address, which has lines of its own. */
async function* checkAddress(
  checked: CheckedServer,
  { place, key, host, port, scheme = "https" }: PlacedEcho,
  { variable, isUp }: Pick<FrontEndCheck, "variable" | "isUp">,
): AsyncGenerator<CheckLine> {
  const { applications, development } = checked.config;
  const application = applications.find((each) => each.key === key) ?? applications[0];
  if (host === undefined || host === "" || application === undefined || development) return;
  const address: WrittenAddress = { host, port: port ?? (scheme === "https" ? 443 : 80), scheme };
  const page = pageOf(variable), isBuilt = place.startsWith("public/");
  const way = isBuilt
    ? BUILD
    : "Correct VITE_REVERB_HOST, VITE_REVERB_PORT and VITE_REVERB_SCHEME, and build again";
  if (page !== undefined && isLocal(host) && !isLocal(page.host)) {
    yield warning(
      SUBJECT,
      `${place} sends browsers to ${host}, which is each visitor's own machine, while APP_URL is ${page.host}`,
      isBuilt ? `Set VITE_REVERB_HOST to the server's public name. ${BUILD}` : way,
    );
  }
  // On a page of https pusher-js uses wss, also where forceTLS is false (`shouldUseTLS`).
  const isForced = page?.scheme === "https" && scheme === "http";
  const used: WrittenAddress = isForced ? { ...address, scheme: "https" } : address;
  if (isSame(used, checked.publicAddress)) return;
  const target = publicTarget(used, checked.config.server.path);
  const url = targetUrl(target).replace(/^http/, "ws");
  const why = isForced ? ", as pages on https (APP_URL) allow no other" : "";
  if (!isUp) {
    const found =
      `${place} sends browsers to ${url}${why}, which is another address than REVERB_HOST, REVERB_PORT and REVERB_SCHEME`;
    yield warning(SUBJECT, found, `Start the server and run this again, or: ${way}`);
    return;
  }
  const { line } = await askApp(checked, target, application);
  yield line.level === "ok"
    ? ok(SUBJECT, `browsers connect to ${url} (${place})`)
    : error(SUBJECT, `${place} sends browsers to ${url}${why}: ${line.found}`, way);
}

function isSame(one: WrittenAddress, { host, port, scheme }: PublicAddress): boolean {
  return one.host.toLowerCase() === host.toLowerCase() && one.port === port && one.scheme === scheme;
}

interface Page {
  readonly host: string;
  readonly scheme: string;
}

/** Where the pages are, by `APP_URL`. */
function pageOf(variable: Variable): Page | undefined {
  const url = URL.parse(variable("APP_URL")?.text ?? "");
  return url === null ? undefined : { host: url.hostname, scheme: url.protocol.slice(0, -1) };
}

function isLocal(host: string): boolean {
  return /^(?:localhost|.*\.localhost|.*\.test|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0)$/i.test(host);
}
