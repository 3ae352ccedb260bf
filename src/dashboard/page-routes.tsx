/** @jsxImportSource hono/jsx */
import type { Context, Hono } from "hono";
import type { BodyWatch } from "../http/body-watch.ts";
import { readBody } from "../http/request-body.ts";
import { ApiError } from "../http/api-error.ts";
import { assetUrls } from "./assets.ts";
import type { DashboardBindings, DashboardServices } from "./dashboard-services.ts";
import { crossOriginFault } from "./request-origin.ts";
import { cookieScope, sessionCookie, tokenOf } from "./session-cookie.ts";
import { MainPage } from "./views/main-page.tsx";
import { SignInPage } from "./views/sign-in-page.tsx";

/** Bytes of a sign-in form: a key, a secret. */
const FORM_BYTES = 4000;
/** Characters of an unknown key that are logged. */
const LOGGED_KEY = 100;

type PageContext = Context<DashboardBindings>;

/** The routes of the dashboard's page and of the page to sign in. */
export function answerPages(app: Hono<DashboardBindings>, services: DashboardServices): void {
  app.get("/", (context) => {
    const { sessions, path } = services;
    const signedIn = sessions.read(tokenOf(context.req.header("cookie") ?? null));
    const assets = assetUrls(path);
    if (signedIn === undefined) return page(<SignInPage assets={assets} path={path} />);
    const { id, key } = signedIn.hub.application;
    return page(
      <MainPage
        assets={assets}
        path={path}
        applicationId={id}
        applicationKey={key}
        here={services.here}
        everywhere={services.everywhere}
        requestToken={sessions.requestToken(signedIn)}
      />,
    );
  });
  // A browser asks for this when the page of a failed attempt is reloaded.
  app.get("/sign-in", (context) => context.redirect(services.path, 303));
  app.post("/sign-in", (context) => signIn(context, services));
}

async function signIn(context: PageContext, services: DashboardServices): Promise<Response> {
  const { sessions, signInLimit, monitor, path } = services;
  const { address } = context.env.caller;
  const again = (status: number, error: string, key?: string, headers?: Record<string, string>): Response =>
    page(<SignInPage assets={assetUrls(path)} path={path} error={error} triedKey={key} />, status, headers);

  const fault = crossOriginFault(context.req.raw.headers);
  if (fault !== undefined) {
    const detail = `a sign-in to the dashboard from another page than its own: ${fault}`;
    monitor.refused({ reason: "dashboard_unauthorized", detail, address });
    return again(403, `This sign-in is refused: ${fault}.`);
  }
  // Before the body is awaited: it may come late, and many at once.
  const attempt = await signInLimit.begin(address);
  if (attempt.type === "refused") {
    const { wait } = attempt, minutes = Math.ceil(wait / 60);
    const detail = "a sign-in to the dashboard too soon after failed ones";
    monitor.refused({ reason: "dashboard_unauthorized", detail, address });
    const text = `Too many failed attempts. Try again in ${
      minutes === 1 ? "a minute" : `${minutes} minutes`
    }.`;
    return again(429, text, undefined, { "Retry-After": String(wait) });
  }
  const form = await readForm(context.req.raw, services.bodies);
  if (form === undefined) return again(400, "The request did not come from the sign-in form. Try again.");
  const key = form.get("key") ?? "";
  await services.lookup()?.await({ by: "key", value: key }, address);
  const opened = sessions.open(key, form.get("secret") ?? "");
  if (opened === undefined) {
    const application = services.hubByKey(key)?.application.id;
    const detail = application === undefined
      ? `a sign-in to the dashboard with the key ${
        JSON.stringify(key.slice(0, LOGGED_KEY))
      }, which is no application's`
      : "a sign-in to the dashboard with a wrong secret";
    monitor.refused({ reason: "dashboard_unauthorized", detail, application, address });
    return again(401, "The key and the secret are not those of an application.", key);
  }
  attempt.succeeded();
  monitor.log.info("dashboard_sign_in", "A browser has signed in to the dashboard", {
    application: opened.hub.application.id,
    address,
  });
  context.header("Set-Cookie", sessionCookie(opened.token, cookieScope(context, services)));
  return context.redirect(path, 303);
}

async function readForm(request: Request, bodies: BodyWatch): Promise<URLSearchParams | undefined> {
  try {
    return new URLSearchParams(new TextDecoder().decode(await readBody(request, FORM_BYTES, bodies)));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function page(
  content: { toString(): string | Promise<string> },
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(`<!DOCTYPE html>${content}`, {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", ...headers },
  });
}
