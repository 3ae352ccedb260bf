import { createHmac } from "node:crypto";

/** An application as the address answers with it. */
export interface AnsweredApplication extends Readonly<Record<string, unknown>> {
  readonly app_id: string;
  readonly key: string;
  readonly secret: string;
}

/** Stands for the Laravel application: an address that is asked for applications, and looks at the signature as Laravel does. */
export class ApplicationAddress {
  readonly secret = "base64:dGhlIGtleQ==";
  readonly applications = new Map<string, AnsweredApplication>();
  /** The questions: `key=a`, `id=1`. */
  readonly asked: string[] = [];
  /** Answers 500 to everything. */
  isBroken = false;
  /** `Cache-Control` of the answers; Laravel's own unless set. */
  cacheControl = "no-cache, private";
  readonly #server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => this.#answer(request) });

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/reverb/applications`;
  }

  /** The environment of a server that asks here. */
  get env(): Readonly<Record<string, string>> {
    return { REVERB_APPS_PROVIDER: "http", REVERB_APPS_URL: this.url, APP_KEY: this.secret };
  }

  /** Has an application with these settings from now on, and returns its credentials. */
  add(
    id: string,
    settings: Readonly<Record<string, unknown>> = {},
  ): { readonly id: string; readonly key: string; readonly secret: string } {
    const application = { app_id: id, key: `key-${id}`, secret: `secret-${id}`, ...settings };
    this.applications.set(id, application);
    return { id, key: application.key, secret: application.secret };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  #answer({ url }: Request): Response {
    const { pathname, search, searchParams } = new URL(url);
    const [signed = "", signature] = search.slice(1).split("&signature=");
    const expected = createHmac("sha256", this.secret).update(`${pathname}?${signed}`).digest("hex");
    if (signature !== expected || Number(searchParams.get("expires")) < Date.now() / 1000) {
      return new Response("Invalid signature.", { status: 403 });
    }
    this.asked.push(signed.replace(/&expires=\d+$/, ""));
    if (this.isBroken) return new Response("Server Error", { status: 500 });
    const key = searchParams.get("key");
    const found = key === null
      ? this.applications.get(searchParams.get("id") ?? "")
      : [...this.applications.values()].find((each) => each.key === key);
    const headers = { "Cache-Control": this.cacheControl };
    return found === undefined
      ? new Response("", { status: 404, headers })
      : Response.json(found, { headers });
  }
}
