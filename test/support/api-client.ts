import { encodeQuery, type QueryParameters, signRequest } from "./sign-request.ts";
import type { ClientTls } from "./socket-client.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";

/** An answer of the HTTP API, read to its end. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body's exact text. */
  readonly text: string;
  /** The body read as JSON; throws, with the text, when it is none. */
  json(): unknown;
}

/** What a call sends besides its path, and what is wrong with it on purpose. */
export interface ApiRequestOptions {
  readonly query?: QueryParameters;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs with these instead of the client's. */
  readonly key?: string;
  readonly secret?: string;
  /** Unix seconds; the current time unless given. */
  readonly timestamp?: number | string;
  /** `auth_…` parameters changed or removed BEFORE signing, so that the signature fits: `{ auth_version: "2.0" }`. */
  readonly signedAs?: Readonly<Record<string, string | undefined>>;
  /** Parameters changed, added or removed AFTER signing, so that it does not: `{ auth_signature: undefined }`. */
  readonly sentAs?: Readonly<Record<string, string | undefined>>;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: string;
  /** Signed instead of the path that is sent. */
  readonly signedPath?: string;
}

/** Where a server's HTTP API is. */
export interface ApiAddress {
  readonly url: string;
  /** The path of a Unix socket that the server listens on in place of the URL's address. */
  readonly socketPath?: string;
  /** For https with a certificate that the system does not trust. */
  readonly clientTls?: ClientTls;
}

/** Calls a server's HTTP API as pusher-http-php does, for one application. */
export class ApiClient {
  private readonly server: ApiAddress;
  private readonly application: Credentials;
  private readonly prefix: string;

  /** @param prefix the path before `/apps`; it is sent and, as by the PHP client, not signed */
  constructor(server: ApiAddress, application: Credentials = TEST_APPLICATION, prefix = "") {
    this.server = server;
    this.application = application;
    this.prefix = prefix;
  }

  /** `GET /apps/{id}{path}`; `path` starts with a slash. */
  get(path: string, query: QueryParameters = {}, options: ApiRequestOptions = {}): Promise<ApiResponse> {
    return this.request("GET", path, { query, ...options });
  }

  /** `POST /apps/{id}{path}`. */
  post(path: string, body: unknown, options: ApiRequestOptions = {}): Promise<ApiResponse> {
    return this.request("POST", path, { body, ...options });
  }

  /** Publishes an event. `data` that is not a string is JSON-encoded, as Laravel does. `more` may hold `socket_id` and `info`. */
  trigger(
    channels: string | readonly string[],
    name: string,
    data: unknown,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<ApiResponse> {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    return this.post("/events", { name, data: text, channels: [channels].flat(), ...more });
  }

  /** Any call; `path` is what follows `/apps/{id}`. */
  async request(method: string, path: string, options: ApiRequestOptions = {}): Promise<ApiResponse> {
    const fullPath = `/apps/${this.application.id}${path}`;
    const body = options.body === undefined || typeof options.body === "string"
      ? options.body
      : JSON.stringify(options.body);
    const signed = signRequest({
      method,
      path: options.signedPath ?? fullPath,
      ...(options.query === undefined ? {} : { query: options.query }),
      ...(body === undefined ? {} : { body }),
      key: options.key ?? this.application.key,
      secret: options.secret ?? this.application.secret,
      timestamp: String(options.timestamp ?? Math.floor(Date.now() / 1000)),
    }, options.signedAs);
    const sent = Object.entries({ ...signed, ...options.sentAs })
      .filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined);
    const sentBody = options.sentBody ?? body;
    const response = await fetch(
      `${this.server.url}${this.prefix}${fullPath}?${encodeQuery(Object.fromEntries(sent))}`,
      {
        method,
        headers: {
          "Content-Type": "application/json",
          "X-Pusher-Library": "pusher-http-php 7.2.7",
          ...options.headers,
        },
        ...(sentBody === undefined ? {} : { body: sentBody }),
        ...(this.server.socketPath === undefined ? {} : { unix: this.server.socketPath }),
        ...(this.server.clientTls === undefined ? {} : { tls: { ...this.server.clientTls } }),
      },
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json(): unknown {
        try {
          return JSON.parse(text);
        } catch (cause) {
          throw new Error(`The answer ${response.status} is not JSON: ${text}`, { cause });
        }
      },
    };
  }
}
