import type { HttpHead } from "./probe/http-get.ts";
import { type CheckLine, type CheckSubject, error } from "./check-line.ts";

/** Judges an answer that is not from this server but from a proxy or the web application. */
export function foreignAnswer(
  subject: CheckSubject,
  { status, headers }: HttpHead,
  where: string,
): CheckLine {
  const server = headers.get("server");
  const by = server === undefined ? "" : ` by ${server.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 60)}`;
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location !== undefined) {
    return error(
      subject,
      `${where} redirects to ${location.replaceAll(/[^\x20-\x7e]/g, "?").split("?")[0]!.slice(0, 120)}`,
      "Set REVERB_SCHEME, REVERB_HOST and REVERB_PORT to where it ends, or let the proxy pass this on without a redirect",
    );
  }
  if (status >= 502 && status <= 504) {
    return error(
      subject,
      `${where} is answered with ${status}${by}: the proxy does not reach the server`,
      "Start the server, and have the proxy pass on to where it listens (REVERB_SERVER_HOST, REVERB_SERVER_PORT)",
    );
  }
  if (status === 401) {
    return error(
      subject,
      `${where} is answered with 401${by} and not by this server: a password is asked for`,
      "Ask for none on /app and /apps, as neither Laravel nor the browsers send it (in nginx: auth_basic off)",
    );
  }
  if (status === 403) {
    return error(
      subject,
      `${where} is refused with 403${by} and not by this server`,
      "Let /app and /apps through for all addresses (in nginx: deny, or a firewall for web applications)",
    );
  }
  const path = subject === "public /app" ? "/app" : "/apps";
  return error(
    subject,
    `${where} is answered with ${status}${by} and not by this server`,
    subject === "api"
      ? "Stop what listens there, or choose another port (REVERB_SERVER_PORT)"
      : `Have the proxy pass on both /app and /apps (in nginx: location ~ ^/apps?/); here ${path} goes elsewhere`,
  );
}
