import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** The variables of a server with a dashboard on any free port. */
export const WITH_DASHBOARD = { REVERB_DASHBOARD_ENABLED: "true", REVERB_DASHBOARD_PORT: "0" };

/** A server with a dashboard on a port of its own. */
export interface DashboardServer extends RunningServer {
  readonly dashboard: { readonly url: string; readonly host: string; readonly port: number };
}

/** Starts a server with a dashboard. */
export async function startWithDashboard(options: ServerOptions = {}): Promise<DashboardServer> {
  const server = await startServer({ ...options, env: { ...WITH_DASHBOARD, ...options.env } });
  return Object.assign(server, { dashboard: await dashboardOf(server) });
}

/** The address of a server's dashboard, as the server has printed it. */
export async function dashboardOf({ output }: RunningServer): Promise<DashboardServer["dashboard"]> {
  const line = await output.waitFor(/Dashboard: http/);
  const { origin, hostname, port } = new URL(line.slice(line.indexOf("http")));
  return { url: origin, host: hostname, port: Number(port) };
}

/** What a browser that comes by plain http sends with a form or a script's request. */
export interface BrowserOptions {
  readonly prefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One message of the live stream. */
export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
}

/** The part of a browser that the dashboard needs: a cookie, an origin, the token of its page. */
export class DashboardClient {
  readonly #url: string;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  cookie: string | undefined;
  token: string | undefined;

  constructor(server: { readonly url: string }, { prefix = "", headers = {} }: BrowserOptions = {}) {
    this.#url = server.url;
    this.#path = `${prefix}/dashboard`;
    this.#headers = headers;
  }

  /** Sends the sign-in form and takes the cookie. */
  async signIn(
    key: string = TEST_APPLICATION.key,
    secret: string = TEST_APPLICATION.secret,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const response = await this.request("/sign-in", {
      method: "POST",
      headers: { Origin: this.#url, ...headers },
      body: new URLSearchParams({ key, secret }),
    });
    const cookie = response.headers.get("set-cookie");
    if (cookie === null) return response;
    this.cookie = cookie.split(";", 1)[0];
    this.token = /data-token="([^"]*)"/.exec(await (await this.request("")).text())?.[1];
    return response;
  }

  get(what: string): Promise<Response> {
    return this.request(`/${what}`);
  }

  post(what: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.request(`/${what}`, {
      method: "POST",
      headers: { Origin: this.#url, "X-Request-Token": this.token ?? "", ...headers },
      body: JSON.stringify(body),
    });
  }

  request(path: string, request: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    return fetch(this.#url + this.#path + path, {
      ...request,
      redirect: "manual",
      headers: {
        ...this.#headers,
        ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
        ...request.headers,
      },
    });
  }

  /** The live stream, message by message, until it ends. Leaving the loop closes it. */
  async *stream(): AsyncGenerator<StreamMessage> {
    const abort = new AbortController();
    try {
      const response = await this.request("/stream", { signal: abort.signal });
      if (response.status !== 200) throw new Error(`No stream: ${response.status} ${await response.text()}`);
      let text = "";
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) {
          const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(message) ?? [];
          yield { event, data: JSON.parse(data) };
        }
      }
    } finally {
      abort.abort();
    }
  }
}
