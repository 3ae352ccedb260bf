/** What a browser answers to one command. */
interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A session of WebDriver BiDi (W3C), of which a test needs a handful of commands. */
export class BidiSession {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiter>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id = 0, result, error, message } = JSON.parse(String(data)) as Answer,
        waiter = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiter?.resolve(result);
      else waiter?.reject(new Error(`${error}: ${message}`));
    };
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("The browser has gone"));
    };
  }

  /** Opens a session with a browser that listens at this URL. */
  static async open(url: string, capabilities: Readonly<Record<string, unknown>>): Promise<BidiSession> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`No WebSocket at ${url}`));
    });
    const session = new BidiSession(socket);
    await session.call("session.new", { capabilities: { alwaysMatch: capabilities } });
    return session;
  }

  /** Carries out a command. Rejects with what the browser says against it. */
  call(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The value of an expression in a tab. */
  async evaluate(context: string, expression: string): Promise<unknown> {
    const answer = await this.call("script.evaluate", {
      expression: `JSON.stringify({ value: (${expression}) })`,
      target: { context },
      awaitPromise: true,
    }) as {
      readonly result?: { readonly value: string };
      readonly exceptionDetails?: { readonly text: string };
    };
    if (answer.result === undefined) throw new Error(`${expression}: ${answer.exceptionDetails?.text}`);
    return (JSON.parse(answer.result.value) as { readonly value: unknown }).value;
  }

  close(): void {
    this.#socket.close();
  }
}
