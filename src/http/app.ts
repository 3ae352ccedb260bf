import { type Context, Hono } from "hono";
import type { ApplicationLookup, ApplicationName } from "../hub/applications/application-lookup.ts";
import type { Caller, UpgradableRequest } from "../hub/connections/socket.ts";
import { NO_ROUTE } from "../monitoring/http-calls.ts";
import type { ApiHandler } from "./api-call.ts";
import { applicationName } from "./application-name.ts";
import { ApiError } from "./api-error.ts";
import { type ApiOptions, ApiRoute } from "./api-route.ts";
import { postBatchEvents } from "./batch-events.ts";
import { getChannel, getChannels, getChannelUsers } from "./channels.ts";
import {
  getConnections,
  postCloseConnection,
  postTerminateConnections,
  postUnsubscribe,
} from "./connections.ts";
import { postEvents } from "./events.ts";
import { getHistory } from "./history.ts";
import { refuseCall } from "./refuse-call.ts";
import { requestTarget } from "./request-target.ts";
import { jsonResponse, textResponse } from "./response.ts";
import { answerSoketi, SOKETI_PATHS, type SoketiRoutes } from "./soketi-routes.ts";
import { type Lateness, upgrade, type UpgradeOptions } from "./upgrade.ts";

/** What the HTTP side gets from the rest of the server. */
export interface HttpOptions extends ApiOptions, UpgradeOptions {
  /** Looks up applications that are not known yet; `undefined` where the configuration has all of them. */
  readonly lookup: ApplicationLookup | undefined;
  /** Answers and counts requests for the dashboard; `undefined` where it is not on this port. */
  readonly dashboard?: MountedDashboard | undefined;
  /** Why a load balancer should send no clients, a word for each reason: `stopping`, `redis_away`. Empty when it should. */
  readonly readiness: () => readonly string[];
  /** For soketi's routes; `undefined` where they lead nowhere (`soketi.routes`). */
  readonly soketi?: SoketiRoutes | undefined;
  /** What is not as it should be, while clients should be sent here all the same: `applications_away`. */
  readonly degraded: () => readonly string[];
}

/** The dashboard on the clients' port. */
export interface MountedDashboard {
  /** Its path as URLs have it, with the server's prefix. */
  readonly path: string;
  readonly fetch: (request: Request, caller: Caller) => Promise<Response>;
}

/** Answers every request. Never throws. */
export interface HttpApp {
  /** Answers a call beyond what one connection may send in one turn of the event loop. */
  refuseFlood(request: Request, caller: Caller): Response;
  fetch(request: Request, caller: UpgradableRequest): Response | Promise<Response>;
}

/** The one reason not to be ready that concerns a server alone. */
const STOPPING = "stopping";

/** A part of a path that stands for itself. */
const PLAIN = /^[^/%]+$/;

/** The methods of all routes. */
const METHODS = ["GET", "POST"] as const;

/** A line of {@link API_ROUTES}. */
type ApiRow = readonly [method: typeof METHODS[number], pattern: string, handler: ApiHandler];

/** Pusher's HTTP API, a route a line; the last two are ours. */
const API_ROUTES: readonly ApiRow[] = [
  ["POST", "/apps/:id/events", postEvents],
  ["POST", "/apps/:id/batch_events", postBatchEvents],
  ["GET", "/apps/:id/connections", getConnections],
  ["GET", "/apps/:id/channels", getChannels],
  ["GET", "/apps/:id/channels/:channel", getChannel],
  ["GET", "/apps/:id/channels/:channel/users", getChannelUsers],
  ["POST", "/apps/:id/users/:user/terminate_connections", postTerminateConnections],
  ["POST", "/apps/:id/users/:user/unsubscribe", postUnsubscribe],
  ["POST", "/apps/:id/connections/:connection/close", postCloseConnection],
];

/** Ours, and there only while the application has recovery on: without it the path leads nowhere, as in Reverb. */
const HISTORY: ApiRow = ["GET", "/apps/:id/channels/:channel/history", getHistory];

type Bindings = { Bindings: UpgradableRequest };
type HttpContext = Context<Bindings>;

/** The upgrade at `/app/{key}`, Pusher's HTTP API below `/apps/{id}`, health at `/up`, and the dashboard where it is on. */
export function createHttpApp(options: HttpOptions): HttpApp {
  const routes = API_ROUTES.map((row) => new ApiRoute(options, ...row));
  const app = honoApp(options, routes);
  let withHistory: Hono<Bindings> | undefined;
  const start = `${options.prefix}/apps/`, door = `${options.prefix}/app/`;
  const direct = routes.filter(({ end }) => !end.includes(":"));
  return {
    refuseFlood(request, caller) {
      const error = new ApiError(429, "Too many calls at once on one connection.", "api_flood");
      return refuseCall(options, request, caller, undefined, error);
    },
    fetch(request, caller) {
      const { lookup } = options;
      return lookup === undefined ? answer(request, caller) : answerKnown(lookup, request, caller);
    },
  };

  /** Answers when it is known whether there is the application that the path names, or that this takes too long. */
  function answerKnown(
    lookup: ApplicationLookup,
    request: Request,
    caller: UpgradableRequest,
  ): Response | Promise<Response> {
    const name = applicationName(requestTarget(request.url).path, options.prefix);
    if (name === undefined) return answer(request, caller);
    return lookup.await(name, caller.address)?.then((outcome) =>
      outcome === "settled" ? answer(request, caller) : answerLate(options, request, caller, name, outcome)
    ) ?? answer(request, caller);
  }

  function answer(request: Request, caller: UpgradableRequest): Response | Promise<Response> {
    // Hono's routing costs as much as the answer to an event's call. So routes that name nothing but their application are found
    // without it; a path that is not written plainly (an escape in the id, a slash at the end) is left to Hono.
    const target = requestTarget(request.url), { path } = target;
    if (path.startsWith(door) && request.method === "GET") {
      const key = path.slice(door.length);
      if (PLAIN.test(key)) return openSocket(options, request, caller, key);
    }
    if (path.startsWith(start)) {
      for (const route of direct) {
        if (!path.endsWith(route.end) || request.method !== route.method) continue;
        const id = path.slice(start.length, -route.end.length);
        if (options.hubById(id) !== undefined) return route.answer(request, target, caller, id, noPart);
      }
      if (path.endsWith("/history") && hasRecovery(options, path.slice(start.length))) {
        withHistory ??= honoApp(options, [...routes, new ApiRoute(options, ...HISTORY)]);
        return withHistory.fetch(request, caller);
      }
    }
    return app.fetch(request, caller);
  }
}

/** Answers a request for a WebSocket, and counts the answer. */
function openSocket(
  options: HttpOptions,
  request: Request,
  caller: UpgradableRequest,
  key: string,
): Response | Promise<Response> {
  const startedAt = options.monotonic(), answer = upgrade(options, request, caller, key);
  return answer instanceof Promise
    ? answer.then(countSocket.bind(undefined, options, startedAt))
    : countSocket(options, startedAt, answer);
}

function countSocket({ monitor, monotonic }: HttpOptions, startedAt: number, answer: Response): Response {
  const status = answer.status === 426 ? 426 : 101;
  monitor.counters.httpCalls.observe("/app/:key", status, (monotonic() - startedAt) / 1000);
  return answer;
}

/** Answers where it is not known in time whether there is an application: the caller is told to come back. */
function answerLate(
  options: HttpOptions,
  request: Request,
  caller: UpgradableRequest,
  { by, value }: ApplicationName,
  lateness: Lateness,
): Response | Promise<Response> {
  if (by === "key") return upgrade(options, request, caller, value, lateness);
  options.monitor.counters.httpCalls.observe(NO_ROUTE, 503, 0);
  const error = new ApiError(
    503,
    "The application cannot be looked up now. Try again in a moment.",
    "api_application_late",
    () => LATE[lateness],
    1,
  );
  return refuseCall(options, request, caller, undefined, error);
}

/** What the log says. */
const LATE: Readonly<Record<Lateness, string>> = {
  away: "the source of applications has not answered in time (apps.wait_seconds)",
  crowded: "too many applications are being looked up",
};

/** Whether the application that a path begins with has recovery on. */
function hasRecovery({ hubById }: HttpOptions, path: string): boolean {
  const written = path.slice(0, path.indexOf("/"));
  try {
    return hubById(decodeURIComponent(written))?.recovery !== undefined;
  } catch {
    // An escape that stands for no text.
    return false;
  }
}

/** All routes as an application of Hono's. */
function honoApp(options: HttpOptions, routes: readonly ApiRoute[]): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false }).basePath(options.prefix);
  const measure = (route: string, status: number, startedAt: number): void =>
    options.monitor.counters.httpCalls.observe(route, status, (options.monotonic() - startedAt) / 1000);

  for (const route of routes) {
    app.on(
      route.method,
      route.pattern,
      ({ req, env }) =>
        route.answer(req.raw, requestTarget(req.url), env, req.param("id")!, (name) => req.param(name)!),
    );
  }
  app.get("/app/:key", ({ req, env }) => openSocket(options, req.raw, env, req.param("key")));
  app.get("/up", (context) => {
    const startedAt = options.monotonic();
    const answer = health(options, context);
    measure("/up", answer.status, startedAt);
    return answer;
  });
  const { dashboard, soketi } = options;
  for (const path of soketi === undefined ? [] : SOKETI_PATHS) {
    app.get(path, () => {
      const startedAt = options.monotonic(), answer = answerSoketi(path, soketi!);
      measure(path, answer.status, startedAt);
      return answer;
    });
  }
  if (dashboard !== undefined) {
    app.all("/dashboard/*", ({ req, env }) => {
      // A proxy may protect the path, by the target as it was sent. So no other way to write it leads here: neither dots and
      // backslashes, which the runtime resolves, nor escapes, which the router decodes.
      const { path } = requestTarget(req.url);
      const isPlain = !env.isPathResolved &&
        (path === dashboard.path || path.startsWith(`${dashboard.path}/`));
      return isPlain ? dashboard.fetch(req.raw, env) : disguised(options, req.raw, env);
    });
  }

  // A catch-all route for wrong methods would make two handlers match each call, for which Hono takes a slower way.
  app.notFound((context) => {
    const startedAt = options.monotonic();
    const allowed = METHODS.filter((method) => app.router.match(method, context.req.path)[0].length > 0);
    measure(NO_ROUTE, allowed.length === 0 ? 404 : 405, startedAt);
    const { req, env } = context, id = req.param("id");
    if (allowed.length === 0) {
      return refuseCall(options, req.raw, env, id, new ApiError(404, "Not found.", "api_not_found"));
    }
    const error = new ApiError(405, "Method not allowed.", "api_not_found");
    return refuseCall(options, req.raw, env, id, error, { Allow: allowed.join(", ") });
  });
  app.onError((error) => {
    options.monitor.fault(error);
    return textResponse("Internal server error.", 500);
  });
  return app;
}

/** Answers a request for the dashboard whose target is not written as the dashboard's path is. */
function disguised(options: HttpOptions, request: Request, caller: UpgradableRequest): Response {
  options.monitor.counters.httpCalls.observe(NO_ROUTE, 404, 0);
  const logged =
    "the target has escapes, dots or backslashes in it, by which it could pass a proxy that protects the dashboard";
  return refuseCall(
    options,
    request,
    caller,
    undefined,
    new ApiError(404, "Not found.", "api_not_found", () => logged),
  );
}

/**
 * `/up` as in Reverb: the process lives. `/up?ready` is for load balancers: 503 when they should send no clients. Of the reasons
 * `/up?ready=stopping` counts that one alone, for checks by which all servers would be taken out at once when Redis is away.
 */
function health({ readiness, degraded }: HttpOptions, { req }: HttpContext): Response {
  const question = req.query("ready");
  if (question === undefined) return healthAnswer('{"health":"OK"}', 200);
  const reasons = readiness().filter((reason) => question !== STOPPING || reason === STOPPING);
  const worse = degraded(), also = worse.length === 0 ? {} : { degraded: worse };
  if (reasons.length === 0) return healthAnswer(JSON.stringify({ health: "OK", ready: true, ...also }), 200);
  return healthAnswer(JSON.stringify({ health: "OK", ready: false, reasons, ...also }), 503);
}

/** With the length of the body, which the answer to HEAD names without sending the body (RFC 9110, 9.3.2). */
function healthAnswer(json: string, status: number): Response {
  const answer = jsonResponse(json, status);
  answer.headers.set("Content-Length", `${json.length}`);
  return answer;
}

/** For routes whose pattern has no part but the application's id. */
function noPart(name: string): never {
  throw new Error(`The path has no ${name}`);
}
