import { shownUrl } from "../config/kinds/webhook-kind.ts";
import type { WebhookConfig, WebhookOptions } from "../config/config.ts";
import type { WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import { explainOutcome, type OutcomeExplanation } from "../webhooks/explain-outcome.ts";
import type { PostOutcome } from "../webhooks/post-outcome.ts";
import type { PostWebhook } from "../webhooks/post-webhook.ts";
import { sampleEvent } from "../webhooks/sample-event.ts";
import { credentialsOf, type SignedRequest, signedRequest, webhookBody } from "../webhooks/signed-request.ts";

/** A sample that is to be sent. */
export interface WebhookTrial {
  readonly application: { readonly id: string; readonly key: string; readonly secret: string };
  readonly webhook: Pick<WebhookConfig, "url" | "headers" | "filter">;
  readonly events: readonly WebhookEventName[];
  readonly options: WebhookOptions;
}

/** What a trial works with. */
export interface TrialServices {
  readonly post: PostWebhook;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly newId: () => string;
  /** Takes a line for the operator. */
  readonly say: (line: string) => void;
}

/** Headers of the request that are no secret. */
const OPEN_HEADERS = new Set([
  "User-Agent",
  "Accept-Encoding",
  "Content-Type",
  "X-Pusher-Key",
  // It signs this one body, which is printed below it.
  "X-Pusher-Signature",
  "X-Resound-Delivery",
]);

/** Characters of an answer that are shown. */
const SHOWN = 300;

/** Characters of a secret that is looked for in an answer: a shorter one would be found in any text. */
const SHORTEST = 4;

/** Sends one signed sample as the server sends webhooks, prints request and answer, and resolves with whether it was accepted. */
export async function tryWebhook(trial: WebhookTrial, services: TrialServices): Promise<boolean> {
  const { application, webhook, events, options } = trial;
  const { post, wallClock, monotonic, newId, say } = services;
  const { url, headers, filter } = webhook, { id, key, secret } = application;
  const body = webhookBody(
    wallClock(),
    events.map((name) => JSON.stringify(sampleEvent(name, filter))),
  );
  const request = signedRequest({ url, headers, key, secret }, newId(), body);
  say(`POST ${shownUrl(url)} (application ${id})`);
  for (const line of requestLines(request)) say(line === "" ? "" : `  ${line}`);
  const startedAt = monotonic();
  const outcome = await post(request, options);
  const milliseconds = Math.round(monotonic() - startedAt);
  say("");
  for (const line of answerLines(outcome, milliseconds, secretsOf(request, trial))) say(line);
  const explanation = explainOutcome(outcome, request.url);
  for (const line of explanationLines(explanation)) say(line);
  return explanation.isAccepted;
}

function requestLines({ headers, body }: SignedRequest): string[] {
  const lines = Object.entries(headers).map(([name, value]) =>
    `${name}: ${OPEN_HEADERS.has(name) ? value : "••••"}`
  );
  return [...lines, "", body];
}

function answerLines(outcome: PostOutcome, milliseconds: number, secrets: readonly string[]): string[] {
  const took = `after ${milliseconds} ms`;
  if (!("status" in outcome)) return [`No answer ${took}`];
  const body = "body" in outcome ? shownBody(outcome.body, secrets) : "";
  return [`${outcome.status} ${took}`, ...(body === "" ? [] : [`  ${body}`])];
}

/** The beginning of an answer in one line, without secrets and without characters that move a terminal's cursor. */
function shownBody(body: string, secrets: readonly string[]): string {
  const masked = secrets.reduce(
    (text, secret) => text.replaceAll(secret, "••••"),
    withoutCutSecret(body, secrets),
  );
  const line = (pageOf(masked) ?? masked).replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

/** The title of an HTML page, because the beginning of its markup says nothing. */
function pageOf(body: string): string | undefined {
  if (!/^\s*<(?:!doctype|html)/i.test(body)) return undefined;
  const [, title = ""] = /<title[^>]*>([^<]*)/i.exec(body) ?? [];
  return title.trim() === "" ? "(a page)" : `(a page: ${title})`;
}

/** Only the beginning of an answer is kept. A secret that was cut at its end is removed. */
function withoutCutSecret(body: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = Math.min(secret.length, body.length); length >= SHORTEST; length--) {
      if (body.endsWith(secret.slice(0, length))) return body.slice(0, -length);
    }
  }
  return body;
}

/** The secrets of the request, which an answer may repeat as a page for developers does: as they are, as in a URL, and as PHP writes them in JSON. */
function secretsOf({ headers }: SignedRequest, { application, webhook }: WebhookTrial): string[] {
  const url = new URL(webhook.url), { username, password } = credentialsOf(url);
  const secrets = [
    application.secret,
    username,
    password,
    ...url.searchParams.values(),
    ...Object.entries(headers).filter(([name]) => !OPEN_HEADERS.has(name))
      .flatMap(([, value]) => [value, ...value.split(" ")]),
  ];
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret), secret.replaceAll("/", "\\/")])
    .filter((secret) => secret.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
}

function explanationLines({ isAccepted, found, remedy }: OutcomeExplanation): string[] {
  const level = !isAccepted ? "error" : remedy === undefined ? "ok" : "warning";
  return [`${level.padEnd(7)}  ${found}.${remedy === undefined ? "" : ` ${remedy}.`}`];
}
