import type { UpgradableRequest } from "../connections/socket.ts";
import type { Hub } from "../hub/hub.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import type { ApiCall, ApiHandler } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { authenticate } from "./authenticate.ts";
import { refuseCall } from "./refuse-call.ts";
import { readBody } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";
import { jsonResponse, textResponse } from "./response.ts";

/** What the routes of the HTTP API need of the rest. */
export interface ApiOptions {
  /** The server's path prefix, empty or like `/ws`. */
  readonly prefix: string;
  /** Largest request body in bytes. */
  readonly maxRequestSize: number;
  /** Whether API calls must carry the right key and a fresh time. */
  readonly strict: boolean;
  readonly hubById: (id: string) => Hub | undefined;
  readonly monitor: Monitor;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** One route of the HTTP API: reads the body, checks who calls, has its handler answer, and tells the monitor. */
export class ApiRoute {
  readonly #options: ApiOptions;
  readonly #pattern: string;
  readonly #handler: ApiHandler;

  /** `pattern` is what calls are counted under, such as `/apps/:id/events`. */
  constructor(options: ApiOptions, pattern: string, handler: ApiHandler) {
    this.#options = options;
    this.#pattern = pattern;
    this.#handler = handler;
  }

  /** Answers a call that concerns the application `id`, a refusal included. Never throws. */
  async answer(
    request: Request,
    { path, query }: RequestTarget,
    caller: UpgradableRequest,
    id: string,
    part: ApiCall["path"],
  ): Promise<Response> {
    const options = this.#options, { monitor } = options;
    const startedAt = options.monotonic();
    let status = 500;
    try {
      const hub = options.hubById(id);
      if (hub === undefined) {
        throw new ApiError(404, `No matching application for ID [${id}].`, "api_unknown_application");
      }
      const { method } = request;
      const body = await readBody(request, options.maxRequestSize);
      const call = { method, path, prefix: options.prefix, query, body };
      const parameters = authenticate(hub.application, call, options.strict, options.now());
      const answered = this.#handler({ hub, parameters, path: part, body });
      const answer = answered instanceof Promise ? await answered : answered;
      status = answer.status ?? 200;
      monitor.answered({ method, path, status, application: id, caller });
      return jsonResponse(answer.json, status);
    } catch (error) {
      if (error instanceof ApiError) {
        status = error.status;
        return refuseCall(options, request, caller, id, error);
      }
      monitor.fault(error);
      return textResponse("Internal server error.", 500);
    } finally {
      const seconds = (options.monotonic() - startedAt) / 1000;
      monitor.counters.httpCalls.observe(this.#pattern, status, seconds);
    }
  }
}
