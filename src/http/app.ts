import { type Context, Hono } from "hono";
import type { SocketHandler, UpgradableRequest } from "../hub/connections/socket.ts";
import { NO_ROUTE } from "../monitoring/http-calls.ts";
import type { ApiHandler } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { type ApiOptions, ApiRoute } from "./api-route.ts";
import { postBatchEvents } from "./batch-events.ts";
import { getChannel, getChannels, getChannelUsers } from "./channels.ts";
import { getConnections, postTerminateConnections } from "./connections.ts";
import { postEvents } from "./events.ts";
import { refuseCall } from "./refuse-call.ts";
import { requestTarget } from "./request-target.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What the HTTP side needs of the rest. */
export interface HttpOptions extends ApiOptions {
  /** Makes the handler of a WebSocket that a client opens with this application key. */
  readonly endpoint: (key: string, origin: string | null, address: string) => SocketHandler;
  /** Answers what is asked for at `/dashboard` and below, where there is one. */
  readonly dashboard?: ((request: Request, caller: UpgradableRequest) => Promise<Response>) | undefined;
  /** Why clients should be sent elsewhere, a word each: `stopping`, `redis_away`. Empty when all is well. */
  readonly readiness: () => readonly string[];
}

/** Answers every request. Never throws. */
export interface HttpApp {
  fetch(request: Request, caller: UpgradableRequest): Response | Promise<Response>;
}

/** The methods that routes here are for. */
const METHODS = ["GET", "POST"] as const;

type Bindings = { Bindings: UpgradableRequest };
type HttpContext = Context<Bindings>;

/** The upgrade at `/app/{key}`, Pusher's HTTP API below `/apps/{id}`, health at `/up`, perhaps a dashboard. */
export function createHttpApp(options: HttpOptions): HttpApp {
  const events = new ApiRoute(options, "/apps/:id/events", postEvents);
  const app = routes(options, events);
  const before = `${options.prefix}/apps/`, behind = "/events";
  return {
    fetch(request, caller) {
      // Nearly every call is this one, and routing costs as much as answering it: what looks in any way unusual is routed.
      if (request.method === "POST") {
        const target = requestTarget(request.url), { path } = target;
        if (path.startsWith(before) && path.endsWith(behind)) {
          const id = path.slice(before.length, -behind.length);
          if (options.hubById(id) !== undefined) return events.answer(request, target, caller, id, noPart);
        }
      }
      return app.fetch(request, caller);
    },
  };
}

/** The Hono application with all routes. */
function routes(options: HttpOptions, events: ApiRoute): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false }).basePath(options.prefix);
  const measure = (route: string, status: number, startedAt: number): void =>
    options.monitor.counters.httpCalls.observe(route, status, (options.monotonic() - startedAt) / 1000);
  const serve = (method: "get" | "post", pattern: string, route: ApiRoute) =>
    app[method](
      pattern,
      ({ req, env }) =>
        route.answer(req.raw, requestTarget(req.url), env, req.param("id")!, (name) => req.param(name)!),
    );
  const api = (method: "get" | "post", pattern: string, handler: ApiHandler) =>
    serve(method, pattern, new ApiRoute(options, pattern, handler));

  app.get("/app/:key", (context) => {
    const startedAt = options.monotonic();
    const answer = upgrade(options, context);
    measure("/app/:key", answer.status === 426 ? 426 : 101, startedAt);
    return answer;
  });
  serve("post", "/apps/:id/events", events);
  api("post", "/apps/:id/batch_events", postBatchEvents);
  api("get", "/apps/:id/connections", getConnections);
  api("get", "/apps/:id/channels", getChannels);
  api("get", "/apps/:id/channels/:channel", getChannel);
  api("get", "/apps/:id/channels/:channel/users", getChannelUsers);
  api("post", "/apps/:id/users/:user/terminate_connections", postTerminateConnections);
  app.get("/up", (context) => {
    const startedAt = options.monotonic();
    const answer = health(options, context);
    measure("/up", answer.status, startedAt);
    return answer;
  });
  const { dashboard } = options;
  if (dashboard !== undefined) {
    app.all("/dashboard/*", async (context) => {
      const startedAt = options.monotonic();
      const answer = await dashboard(context.req.raw, context.env);
      measure("/dashboard", answer.status, startedAt);
      return answer;
    });
  }

  // A route of its own for the wrong methods would make two handlers match each call, and Hono then takes its slow way.
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

function upgrade(options: HttpOptions, context: HttpContext): Response {
  const { req, env } = context;
  if (req.header("upgrade")?.toLowerCase() === "websocket") {
    const handler = options.endpoint(req.param("key")!, req.header("origin") ?? null, env.address);
    // The runtime answers the handshake itself; the response returned here is never sent.
    if (env.upgrade(handler)) return context.body(null);
  }
  const detail = "a request for a WebSocket is not a valid WebSocket handshake";
  options.monitor.refused({ reason: "upgrade_required", detail, address: env.address });
  return context.text("This address is for WebSocket connections.", 426, {
    Upgrade: "websocket",
    // RFC 6455, 4.2.2: the version that is spoken here.
    "Sec-WebSocket-Version": "13",
  });
}

/**
 * `/up` as Reverb answers it: the process lives. `/up?ready` says whether clients should be sent here, with 503 when they should
 * not; what a load balancer asks.
 */
function health({ readiness }: HttpOptions, { req }: HttpContext): Response {
  if (req.query("ready") === undefined) return jsonResponse('{"health":"OK"}', 200);
  const reasons = readiness();
  if (reasons.length === 0) return jsonResponse('{"health":"OK","ready":true}', 200);
  return jsonResponse(JSON.stringify({ health: "OK", ready: false, reasons }), 503);
}

/** The path of an event names nothing but its application. */
function noPart(name: string): never {
  throw new Error(`The path has no ${name}`);
}
