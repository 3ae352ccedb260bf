import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";

/** The metrics of a server as they were at one moment. */
export interface Scraped {
  readonly status: number;
  readonly contentType: string | null;
  /** The page as it was sent. */
  readonly text: string;
  /** The value of one series; labels in the order of the page. `undefined` when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** A server with metrics, and where they are. */
export interface WatchedServer extends AsyncDisposable {
  readonly server: RunningServer;
  /** `http://127.0.0.1:PORT/metrics`. */
  readonly metricsUrl: string;
}

/** Starts a server that serves metrics on a port of its own. */
export async function startWatched(options: ServerOptions = {}): Promise<WatchedServer> {
  const server = await startServer({ ...options, env: { REVERB_METRICS_PORT: "0", ...options.env } });
  const metricsUrl = await metricsUrlOf(server);
  return { server, metricsUrl, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Where a server that was started with REVERB_METRICS_PORT serves its metrics, as it says at the start. */
export async function metricsUrlOf({ output }: Pick<RunningServer, "output">): Promise<string> {
  const [url = ""] = /http[\w:/.[\]]+/.exec(await output.waitFor(/Metrics: http/)) ?? [];
  return url;
}

/** Reads the metrics once. */
export async function scrape(
  url: string,
  init: RequestInit & { readonly unix?: string } = {},
): Promise<Scraped> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const series = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    series.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return {
    status: answer.status,
    contentType: answer.headers.get("content-type"),
    text,
    value(name, labels = {}) {
      const inside = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(
        ",",
      );
      return series.get(inside === "" ? name : `${name}{${inside}}`);
    },
  };
}
