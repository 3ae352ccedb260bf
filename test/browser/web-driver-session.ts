import { eventually } from "../support/eventually.ts";

/** A session of the WebDriver protocol (W3C), of which a test needs a handful of commands. */
export class WebDriverSession {
  readonly #url: string;
  /** Commands concern the window that was chosen last, so that they wait for each other. */
  #turn: Promise<unknown> = Promise.resolve();
  #chosen: string | undefined;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Opens a browser, once the driver at this URL answers. */
  static async open(
    driver: string,
    capabilities: Readonly<Record<string, unknown>>,
  ): Promise<WebDriverSession> {
    await eventually(() => fetch(`${driver}/status`).then((answer) => answer.ok, () => false));
    const body = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId } = await call("POST", `${driver}/session`, body) as { readonly sessionId: string };
    return new WebDriverSession(`${driver}/session/${sessionId}`);
  }

  /** The handle of the window that is there from the beginning. */
  async window(): Promise<string> {
    return await call("GET", `${this.#url}/window`) as string;
  }

  /** Opens one more tab and answers its handle. */
  async newWindow(): Promise<string> {
    return await this.#next(async () => {
      if (this.#chosen === undefined) {
        const [any] = await call("GET", `${this.#url}/window/handles`) as readonly string[];
        await call("POST", `${this.#url}/window`, { handle: any });
      }
      const { handle } = await call("POST", `${this.#url}/window/new`, { type: "tab" }) as {
        readonly handle: string;
      };
      return handle;
    });
  }

  /** Carries out a command in the window with this handle. */
  in(handle: string, method: "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    return this.#next(async () => {
      if (this.#chosen !== handle) {
        await call("POST", `${this.#url}/window`, { handle });
        this.#chosen = handle;
      }
      if (method === "DELETE") this.#chosen = undefined;
      return await call(method, this.#url + path, body);
    });
  }

  /** Closes the browser. */
  async end(): Promise<void> {
    await this.#next(() => call("DELETE", this.#url));
  }

  #next<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => {
      // Its caller hears of it.
    });
    return result;
  }
}

async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const { value } = await answer.json() as { readonly value: unknown };
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${JSON.stringify(value)}`);
  return value;
}
