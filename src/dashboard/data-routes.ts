import type { Context, Hono } from "hono";
import type { ApiAnswer } from "../http/api-call.ts";
import { ApiError } from "../http/api-error.ts";
import { postTerminateConnections } from "../http/connections.ts";
import { parseBody, readBody } from "../http/request-body.ts";
import { REFUSAL_CAUSES } from "../monitoring/refusal-cause.ts";
import { nodeRows, scopeOf } from "./cluster-view.ts";
import type { DashboardBindings, DashboardServices } from "./dashboard-services.ts";
import { listChannels } from "./channel-list.ts";
import { listMembers } from "./channel-members.ts";
import { listConnections } from "./connection-list.ts";
import { LAST_OFFSET, type ListRequest } from "./select-page.ts";
import { crossOriginFault } from "./request-origin.ts";
import { sendEvent } from "./send-event.ts";
import { cookieScope, endedCookie, sessionCookie, tokenOf } from "./session-cookie.ts";
import type { SignedIn } from "./sessions.ts";
import { recoveryFigures } from "./recovery-figures.ts";
import { webhookFigures } from "./webhook-figures.ts";
import type { CauseRow, Failure } from "./answers.ts";
import type { Welcome } from "./wire.ts";

type DataContext = Context<DashboardBindings>;
type Handler = (context: DataContext, signedIn: SignedIn) => Response | Promise<Response>;

/** Characters of a search text that count; no name is longer. */
const SEARCH_CHARACTERS = 200;

/** The routes behind the page: its data, and the changes that it asks for, both for the application of the session alone. */
export function answerData(app: Hono<DashboardBindings>, services: DashboardServices): void {
  const { sessions } = services;
  const read = (path: string, handler: Handler) =>
    app.get(path, (context) => {
      const signedIn = sessions.read(tokenOf(context.req.header("cookie") ?? null));
      return signedIn === undefined ? failure(401, "Sign in first.") : handler(context, signedIn);
    });
  const change = (path: string, handler: Handler) =>
    app.post(path, async (context) => {
      const signedIn = sessions.read(tokenOf(context.req.header("cookie") ?? null));
      if (signedIn === undefined) return failure(401, "Sign in first.");
      const fault = crossOriginFault(context.req.raw.headers);
      if (fault !== undefined) return failure(403, `The request is refused: ${fault}.`);
      if (!sessions.isOwnRequest(signedIn, context.req.header("x-request-token"))) {
        return failure(403, "The request is refused: it does not come from a page of this session.");
      }
      try {
        return await handler(context, signedIn);
      } catch (error) {
        if (error instanceof ApiError) return failure(error.status, error.message);
        throw error;
      }
    });

  read("/stream", (context, signedIn) => openStream(context, signedIn, services));
  read("/channels", async (context, { hub }) => {
    return Response.json(await listChannels(hub, listRequest(context), services));
  });
  read("/connections", async (context, { hub }) => {
    return Response.json(await listConnections(hub, listRequest(context), services));
  });
  read("/members", async (context, { hub }) => {
    const members = await listMembers(hub, context.req.query("channel") ?? "", services);
    if (members === undefined) return failure(404, "This channel has no subscription any more.");
    return Response.json(members);
  });
  read("/refusal-causes", () => Response.json(REFUSAL_CAUSES satisfies Readonly<Record<string, CauseRow>>));
  read("/session", () => Response.json({}));

  change("/events", async (context, { hub }) => {
    const body = await readBody(context.req.raw, services.maxRequestSize(), services.bodies);
    return Response.json(await sendEvent(hub, body, services));
  });
  change("/terminate", async (context, { hub }) => {
    const { user } = parseBody(await readBody(context.req.raw, services.maxRequestSize(), services.bodies));
    if (typeof user !== "string" || user === "") return failure(422, "The user field is required.");
    return apiAnswer(
      await postTerminateConnections({ hub, body: NO_BODY, ...NO_PARAMETERS, path: () => user }),
    );
  });
  change("/renew", (context, signedIn) => {
    const { token } = sessions.renew(signedIn);
    context.header("Set-Cookie", sessionCookie(token, cookieScope(context, services)));
    return context.json({});
  });
  change("/sign-out", (context, signedIn) => {
    sessions.end(signedIn);
    services.viewers.endExpired();
    context.header("Set-Cookie", endedCookie(cookieScope(context, services)));
    return context.json({});
  });
}

const NO_BODY = new Uint8Array(0);
const NO_PARAMETERS = {
  parameters: new Map<string, string>(),
  path: (): string => "",
  headers: new Headers(),
};

function openStream(
  context: DataContext,
  { hub }: SignedIn,
  services: DashboardServices,
): Response {
  const { sessions, viewers, consoles, figures, cluster, wallClock } = services;
  const token = tokenOf(context.req.header("cookie") ?? null);
  const welcome: Welcome = {
    now: wallClock(),
    samples: figures.of(hub),
    nodes: nodeRows(hub, cluster, figures),
    webhooks: webhookFigures(hub),
    recovery: recoveryFigures(hub),
    history: consoles.history(hub),
    scope: scopeOf(services),
  };
  const stream = viewers.open(hub, () => sessions.read(token)?.hub === hub, welcome);
  if (stream === undefined) {
    return failure(429, "Too many dashboards of this application are open. Close one.");
  }
  return new Response(stream, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      // nginx would otherwise buffer small messages.
      "X-Accel-Buffering": "no",
      "Cache-Control": "no-store, no-transform",
    },
  });
}

function listRequest({ req }: DataContext): ListRequest {
  const offset = Number(req.query("offset") ?? "0");
  const search = (req.query("search") ?? "").slice(0, SEARCH_CHARACTERS);
  return { search, offset: Number.isInteger(offset) ? Math.min(Math.max(offset, 0), LAST_OFFSET) : 0 };
}

function apiAnswer({ json, status }: ApiAnswer): Response {
  return new Response(json, { status: status ?? 200, headers: { "Content-Type": "application/json" } });
}

function failure(status: number, error: string): Response {
  return Response.json({ error } satisfies Failure, { status });
}
