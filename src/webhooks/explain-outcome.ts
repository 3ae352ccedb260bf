import { isCertificateFault } from "./network-fault.ts";
import { describeFailure, type PostOutcome } from "./post-outcome.ts";

/** What the answer to a webhook means; each text is a sentence without its full stop. */
export interface OutcomeExplanation {
  readonly isAccepted: boolean;
  readonly found: string;
  /** What to do about it; absent when there is nothing to do. */
  readonly remedy?: string;
}

/** Explains the outcome of one request to `url` to the operator, with a remedy where the application did not accept it. */
export function explainOutcome(outcome: PostOutcome, url: string): OutcomeExplanation {
  switch (outcome.kind) {
    case "accepted":
      return explainAccepted(outcome.status, outcome.body);
    case "error_status":
      return {
        isAccepted: false,
        found: `it is answered with ${outcome.status}, and only 2xx counts`,
        remedy: remedyOfStatus(outcome.status, new URL(url)),
      };
    case "redirect": {
      const { status, location } = outcome;
      return {
        isAccepted: false,
        found: `it is answered with ${status} and leads to ${location}; redirects are not followed`,
        remedy: /\/login\b/.test(location)
          ? "Take the route out of the middleware that asks for a sign-in: the signature protects it"
          : `Write the URL that it leads to into the configuration${
            location.startsWith("https:") && url.startsWith("http:") ? ": https in place of http" : ""
          }`,
      };
    }
    case "timeout":
      return {
        isAccepted: false,
        found: `there is no whole answer within ${outcome.seconds} s`,
        remedy:
          "Answer first and do the work in a queued job, or raise webhook_options.timeout; and check that no " +
          "firewall drops packets to this host and port",
      };
    case "unreachable":
      return {
        isAccepted: false,
        found: describeFailure(outcome),
        remedy: remedyOfFault(outcome.code, new URL(url)),
      };
    case "private_address":
      return {
        isAccepted: false,
        found: `nothing was sent: ${describeFailure(outcome)}`,
        remedy:
          "Name a public host, or, where only people whom you trust configure webhooks, turn the option off " +
          "(REVERB_WEBHOOK_REFUSE_PRIVATE_ADDRESSES=false)",
      };
    case "aborted":
      return { isAccepted: false, found: "the request was aborted" };
  }
}

function explainAccepted(status: number, body: string): OutcomeExplanation {
  const found = `it is answered with ${status}: the application accepts webhooks`;
  if (!/^\s*<(?:!doctype|html)/i.test(body)) return { isAccepted: true, found };
  return {
    isAccepted: true,
    found: `it is answered with ${status}, and with a web page`,
    remedy: "Check that the URL is the webhooks' own route and not one that answers every request",
  };
}

function remedyOfStatus(status: number, { pathname }: URL): string {
  switch (status) {
    case 401:
    case 403:
      return "Compare the secret that the route verifies with (after a change of .env: php artisan " +
        "config:clear), and check that no other middleware asks for a sign-in";
    case 419:
      return `Take the route out of Laravel's CSRF protection, in bootstrap/app.php: ` +
        `$middleware->validateCsrfTokens(except: ['${pathOf(pathname)}'])`;
    case 404:
      return "Compare the path with `php artisan route:list` (routes of routes/api.php begin with /api; after a " +
        "change: php artisan route:clear)";
    case 405:
      return "Let the route take POST: Route::post(…)";
    case 413:
      return "Raise the largest body that the web server takes (client_max_body_size in nginx), or lower " +
        "webhook_options.batch_events";
    case 429:
      return "Take the route out of the throttle middleware: one server sends all webhooks";
    case 502:
    case 504:
      return "Check that the application behind this proxy runs";
    case 503:
      return "End the application's maintenance mode (php artisan up), or check that it runs behind its proxy";
    default:
      return status >= 500
        ? "Read the application's log (storage/logs/laravel.log)"
        : "Check what answers at this URL; webhooks need a route that answers POST with 2xx";
  }
}

function remedyOfFault(code: string | undefined, { protocol, hostname }: URL): string {
  const isHere = /^(?:localhost|127\..*|\[::1\])$/.test(hostname);
  if (isCertificateFault(code)) {
    if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "Use the host name that the certificate is for";
    if (code === "CERT_HAS_EXPIRED") return "Renew the certificate";
    return "Have the server trust the authority: NODE_EXTRA_CA_CERTS (on Deno DENO_CERT) with the path of its PEM " +
      "file, in the environment that the server is started with (.env is too late). Behind a public authority the " +
      "web server lacks the chain (fullchain.pem)";
  }
  switch (code) {
    case "ECONNREFUSED":
      return `Start the application, or correct the port${
        isHere ? " (in a container localhost is the container itself: use the service's name)" : ""
      }`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "FailedToOpenSocket":
      return "Correct the host name, or check that this machine can look it up";
    case "EPROTO":
      return "Correct the port, or write http:// where the URL leads to the application itself without a web server";
    case "ECONNRESET":
      return protocol === "http:"
        ? "Check whether that port expects https"
        : "Check whether that port speaks https, and read the web server's log";
    default:
      return "Check that the application can be reached from this machine";
  }
}

function pathOf(pathname: string): string {
  return pathname === "/" ? "/" : pathname.slice(1).replaceAll("'", "\\'");
}
