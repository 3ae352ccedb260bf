import type { WebSocketGreeting } from "./probe/websocket-greeting.ts";
import { STALE } from "./check-api.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";
import { foreignAnswer } from "./foreign-answer.ts";

const SUBJECT = "public /app";

/** Judges how a server received a client that connected with an application's key. `where` is the URL that was asked, `id` the application. */
export function checkWebSocket(greeting: WebSocketGreeting, where: string, id: string): CheckLine {
  switch (greeting.kind) {
    case "answered":
      return greeting.status === 426 || (greeting.status === 400 && !greeting.headers.has("location"))
        ? error(
          SUBJECT,
          `${where} is answered with ${greeting.status}: the request comes through without its upgrade`,
          "Have the proxy pass the upgrade on (in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
            'proxy_set_header Connection "upgrade")',
        )
        : foreignAnswer(SUBJECT, greeting, where);
    case "closed":
      return error(
        SUBJECT,
        `${where} opens and is closed at once${codeText(greeting.code)}`,
        "Read the server's log for the reason",
      );
    case "frame":
      return frameLine(greeting.text, where, id);
  }
}

function frameLine(text: string, where: string, id: string): CheckLine {
  if (/^\{"event":"pusher:connection_established"/.test(text)) {
    return ok(SUBJECT, `${where} connects clients of application ${id}`);
  }
  const code = /^\{"event":"pusher:error".*?\\?"code\\?":(\d{4})/.exec(text)?.[1];
  switch (code) {
    case "4001":
      return error(
        SUBJECT,
        `${where} does not know the key of application ${id} (4001)`,
        STALE,
      );
    case "4004":
      return warning(SUBJECT, `${where} is full (4004)`, "Raise max_connections of the application");
    case "4009":
      return warning(
        SUBJECT,
        `${where} refuses the origin that was tried (4009)`,
        "Check that allowed_origins holds your site's host",
      );
    default:
      return error(
        SUBJECT,
        `${where} sends something other than this server`,
        "Have the proxy pass /app on to this server",
      );
  }
}

function codeText(code: number | undefined): string {
  return code === undefined ? "" : ` (${code})`;
}

/** An `Origin` that the first pattern allows, with `www` in place of each `*`; `fallback` where any origin is allowed. */
export function allowedOrigin(patterns: readonly string[], fallback: string): string {
  const [pattern] = patterns;
  if (pattern === undefined || patterns.includes("*")) return fallback;
  const example = pattern.replaceAll("*", "www");
  return example.includes("://") ? example : `https://${example}`;
}
