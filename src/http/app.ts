import { type Context, Hono } from "hono";
import type { SocketHandler, UpgradableRequest } from "../connections/socket.ts";
import type { Hub } from "../hub/hub.ts";
import { NO_ROUTE } from "../monitoring/http-calls.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import type { ApiHandler } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { authenticate } from "./authenticate.ts";
import { postBatchEvents } from "./batch-events.ts";
import { getChannel, getChannels, getChannelUsers } from "./channels.ts";
import { getConnections, postTerminateConnections } from "./connections.ts";
import { postEvents } from "./events.ts";
import { readBody } from "./request-body.ts";

/** What the HTTP side needs of the rest. */
export interface HttpOptions {
  /** The server's path prefix, empty or like `/ws`. */
  readonly prefix: string;
  /** Largest request body in bytes. */
  readonly maxRequestSize: number;
  /** Whether API calls must carry the right key and a fresh time. */
  readonly strict: boolean;
  readonly hubById: (id: string) => Hub | undefined;
  /** Makes the handler of a WebSocket that a client opens with this application key. */
  readonly endpoint: (key: string, origin: string | null, address: string) => SocketHandler;
  /** Answers what is asked for at `/dashboard` and below, where there is one. */
  readonly dashboard?: ((request: Request, caller: UpgradableRequest) => Promise<Response>) | undefined;
  readonly monitor: Monitor;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Why clients should be sent elsewhere, a word each: `stopping`, `redis_away`. Empty when all is well. */
  readonly readiness: () => readonly string[];
}

/** The methods that routes here are for. */
const METHODS = ["GET", "POST"] as const;

type Bindings = { Bindings: UpgradableRequest };
type HttpContext = Context<Bindings>;

/** The Hono application: the upgrade at `/app/{key}`, Pusher's HTTP API below `/apps/{id}`, health at `/up`, perhaps a dashboard. */
export function createHttpApp(options: HttpOptions): Hono<Bindings> {
  const app = new Hono<Bindings>({ strict: false }).basePath(options.prefix);
  const measure = (route: string, status: number, startedAt: number): void =>
    options.monitor.counters.httpCalls.observe(route, status, (options.monotonic() - startedAt) / 1000);
  const api = (method: "get" | "post", route: string, handler: ApiHandler) =>
    app[method](route, async (context) => {
      const startedAt = options.monotonic();
      let status = 500;
      try {
        const answer = await answerApiCall(options, context, handler);
        status = answer.status;
        return answer;
      } catch (error) {
        if (error instanceof ApiError) status = error.status;
        throw error;
      } finally {
        measure(route, status, startedAt);
      }
    });

  app.get("/app/:key", (context) => {
    const startedAt = options.monotonic();
    const answer = upgrade(options, context);
    measure("/app/:key", answer.status === 426 ? 426 : 101, startedAt);
    return answer;
  });
  api("post", "/apps/:id/events", postEvents);
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
    if (allowed.length === 0) {
      return refusal(options, context, new ApiError(404, "Not found.", "api_not_found"));
    }
    context.header("Allow", allowed.join(", "));
    return refusal(options, context, new ApiError(405, "Method not allowed.", "api_not_found"));
  });
  app.onError((error, context) => {
    if (error instanceof ApiError) return refusal(options, context, error);
    options.monitor.fault(error);
    return context.text("Internal server error.", 500);
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
  if (req.query("ready") === undefined) return json('{"health":"OK"}', 200);
  const reasons = readiness();
  if (reasons.length === 0) return json('{"health":"OK","ready":true}', 200);
  return json(JSON.stringify({ health: "OK", ready: false, reasons }), 503);
}

async function answerApiCall(
  options: HttpOptions,
  context: HttpContext,
  handler: ApiHandler,
): Promise<Response> {
  const { req, env } = context;
  const id = req.param("id")!;
  const hub = options.hubById(id);
  if (hub === undefined) {
    throw new ApiError(404, `No matching application for ID [${id}].`, "api_unknown_application");
  }
  const body = await readBody(req.raw, options.maxRequestSize);
  const { path, query } = target(req.url);
  const call = { method: req.method, path, prefix: options.prefix, query, body };
  const parameters = authenticate(hub.application, call, options.strict, options.now());
  const answered = handler({ hub, parameters, path: (name) => req.param(name)!, body });
  const answer = answered instanceof Promise ? await answered : answered;
  const status = answer.status ?? 200;
  options.monitor.answered({ method: req.method, path, status, application: id, caller: env });
  return json(answer.json, status);
}

const JSON_HEADERS = { "Content-Type": "application/json" };

function json(body: string, status: 200 | 400 | 404 | 503): Response {
  return new Response(body, { status, headers: JSON_HEADERS });
}

function refusal(options: HttpOptions, context: HttpContext, error: ApiError): Response {
  const { req, env } = context;
  const { path } = target(req.url);
  const detail = `${req.method} ${path.slice(0, 200)} answered ${error.status}: ${
    error.logged ?? error.message
  }`;
  // Only a known one: the id is a label of counters and stands in the log.
  const application = options.hubById(req.param("id") ?? "")?.application.id;
  options.monitor.refused({ reason: error.reason, detail, application, address: env.address });
  options.monitor.answered({ method: req.method, path, status: error.status, application, caller: env });
  if (typeof error.body === "string") return context.text(error.body, error.status);
  return context.body(JSON.stringify(error.body), error.status, { "Content-Type": "application/json" });
}

/** Path and query of a URL exactly as they were sent. */
function target(url: string): { readonly path: string; readonly query: string } {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const question = url.indexOf("?", start);
  const rest = url.slice(start);
  if (question === -1) return { path: rest, query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1) };
}
