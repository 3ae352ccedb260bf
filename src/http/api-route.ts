import type { UpgradableRequest } from "../hub/connections/socket.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../hub/monitor/monitor.ts";
import { RepeatedFault } from "./answer-once.ts";
import type { ApiAnswer, ApiCall, ApiHandler } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { authenticate } from "./authenticate.ts";
import type { BodyWatch } from "./body-watch.ts";
import { refuseCall } from "./refuse-call.ts";
import { dropBody, hidesBody, readBody } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What the routes of the HTTP API get from the rest of the server. */
export interface ApiOptions {
  /** The server's path prefix, empty or like `/ws`. */
  readonly prefix: string;
  /** Largest request body in bytes. */
  readonly maxRequestSize: number;
  /** Whether API calls MUST carry the application's key and the present time (`strict_api_authentication`). */
  readonly strict: boolean;
  readonly hubById: (id: string) => Hub | undefined;
  readonly monitor: Monitor;
  readonly bodies: BodyWatch;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** One route of the HTTP API: reads the body, checks the signature, calls the handler, and reports the answer to the monitor. */
export class ApiRoute {
  readonly method: string;
  /** Such as `/apps/:id/events`, the label under which calls are counted too. */
  readonly pattern: string;
  /** What follows the application's id in the pattern. */
  readonly end: string;
  readonly #options: ApiOptions;
  readonly #handler: ApiHandler;

  /** `pattern` MUST begin with `/apps/:id`. */
  constructor(options: ApiOptions, method: string, pattern: string, handler: ApiHandler) {
    this.method = method;
    this.pattern = pattern;
    this.end = pattern.slice("/apps/:id".length);
    this.#options = options;
    this.#handler = handler;
  }

  /**
   * Answers a call for the application `id`, also with a refusal; `part` gives the other parts of the path. Never rejects.
   * Promises are chained by hand, since nested async functions cost an event's call 4 % more.
   */
  answer(
    request: Request,
    target: RequestTarget,
    caller: UpgradableRequest,
    id: string,
    part: ApiCall["path"],
  ): Promise<Response> {
    const { monotonic, hubById, maxRequestSize, bodies } = this.#options;
    const call: StartedCall = { request, target, caller, id, part, startedAt: monotonic() };
    const hub = hubById(id);
    if (hub === undefined) {
      const text = `No matching application for ID [${id}].`;
      return dropBody(request, bodies)
        .then(() => this.#fail(call, new ApiError(404, text, "api_unknown_application")));
    }
    if (!hub.application.settings.enabled) {
      const text = `Application [${hub.application.id}] is disabled.`;
      return dropBody(request, bodies)
        .then(() => this.#fail(call, new ApiError(403, text, "api_application_disabled")));
    }
    return readBody(request, maxRequestSize, bodies)
      .then((body) => this.#handle(call, hub, body), (error) => this.#fail(call, error));
  }

  #handle(call: StartedCall, hub: Hub, body: Uint8Array): Response | Promise<Response> {
    const { prefix, strict, now } = this.#options, { request, target: { path, query } } = call;
    try {
      const signed = { method: request.method, path, prefix, query, body, hidesBody: hidesBody(request) };
      const parameters = authenticate(hub.application, signed, strict, now());
      const handle = (): ApiAnswer | Promise<ApiAnswer> =>
        this.#handler({ hub, parameters, path: call.part, headers: request.headers, body });
      const { maxApiCallsPerSecond } = hub.application.settings;
      const answer = maxApiCallsPerSecond === undefined
        ? handle()
        : hub.callRate.admit(maxApiCallsPerSecond).then(refuseBeyond).then(handle);
      if (!(answer instanceof Promise)) return this.#succeed(call, answer);
      return answer.then((late) => this.#succeed(call, late)).catch((error) => this.#fail(call, error));
    } catch (error) {
      return this.#fail(call, error);
    }
  }

  #succeed({ request, target, caller, id, startedAt }: StartedCall, answer: ApiAnswer): Response {
    const { status = 200, isRepeated } = answer;
    const { method } = request, { path } = target;
    this.#options.monitor.answered({ method, path, status, application: id, caller, isRepeated });
    const response = jsonResponse(answer.json, status);
    // The name that Stripe has given it.
    if (isRepeated) response.headers.set("Idempotent-Replayed", "true");
    this.#measure(status, startedAt);
    return response;
  }

  #fail({ request, caller, id, startedAt }: StartedCall, error: unknown): Response {
    if (error instanceof ApiError) {
      this.#measure(error.status, startedAt);
      return refuseCall(this.#options, request, caller, id, error);
    }
    this.#measure(500, startedAt);
    if (!(error instanceof RepeatedFault)) this.#options.monitor.fault(error);
    return textResponse("Internal server error.", 500);
  }

  #measure(status: number, startedAt: number): void {
    const { monitor, monotonic } = this.#options;
    monitor.counters.httpCalls.observe(this.pattern, status, (monotonic() - startedAt) / 1000);
  }
}

/** Turns a call down that is beyond `max_api_calls_per_second`. */
function refuseBeyond(isAdmitted: boolean): void {
  if (isAdmitted) return;
  const text = "The application has made as many calls as it may make in a second. Try again in a second.";
  throw new ApiError(429, text, "api_rate_limited", undefined, 1);
}

/** A call that is being answered. */
interface StartedCall {
  readonly request: Request;
  readonly target: RequestTarget;
  readonly caller: UpgradableRequest;
  readonly id: string;
  readonly part: ApiCall["path"];
  readonly startedAt: number;
}
