import type { ApplicationConfig } from "../../config/config.ts";
import { readApplicationRecord, RecordError } from "../../config/applications/application-record.ts";
import { shownUrl } from "../../config/kinds/webhook-kind.ts";
import { before, NoAnswer } from "../../failures/deadline.ts";
import type { Timers } from "../../failures/timers.ts";
import type { ApplicationName } from "../../hub/applications/application-lookup.ts";
import {
  type ApplicationSource,
  type FoundApplication,
  UnusableApplication,
} from "../../hub/applications/application-source.ts";
import { signedUrl } from "./signed-url.ts";

/** What an address is asked with. */
export interface HttpSourceParts {
  readonly url: string;
  /** Signs the requests. */
  readonly secret: string;
  /** What an application has that an answer leaves out. */
  readonly defaults: ApplicationConfig;
  /** Seconds since 1970. */
  readonly wallClock: () => number;
  readonly timers: Pick<Timers, "after">;
}

/** Milliseconds for a whole answer. */
const PATIENCE = 5000;
/** Bytes of an answer at most. */
const LONGEST = 1_048_576;
/** The longest time for which an answer may count, in seconds. */
const LONGEST_AGE = 86_400;

/** Applications that the Laravel application answers for, at an address that is asked with `?key=` or `?id=`. */
export class HttpSource implements ApplicationSource {
  readonly place: string;
  readonly seesEmpty = false;
  readonly #parts: HttpSourceParts;
  readonly #ended = new AbortController();

  constructor(parts: HttpSourceParts) {
    this.#parts = parts;
    this.place = shownUrl(parts.url);
  }

  async find(name: ApplicationName): Promise<FoundApplication | undefined> {
    const { url, secret, wallClock, timers } = this.#parts, patience = new AbortController();
    const stop = timers.after(PATIENCE, () => patience.abort(new NoAnswer(PATIENCE)));
    const signal = AbortSignal.any([patience.signal, this.#ended.signal]);
    try {
      const response = await before(
        signal,
        fetch(signedUrl(url, name, secret, wallClock()), {
          headers: { Accept: "application/json" },
          // A page to sign in is no answer.
          redirect: "manual",
          signal,
        }),
      );
      const { status, headers } = response, text = await before(signal, textOf(response));
      if (status === 404) return undefined;
      if (status !== 200) throw new Error(`it answers ${status}`);
      return { config: this.#read(name, text), seconds: maxAge(headers.get("cache-control")) };
    } finally {
      stop();
    }
  }

  close(): Promise<void> {
    this.#ended.abort(new Error("the server stops"));
    return Promise.resolve();
  }

  #read({ by, value }: ApplicationName, text: string): ApplicationConfig {
    let config: ApplicationConfig;
    try {
      config = readApplicationRecord(recordIn(text), this.#parts.defaults);
    } catch (error) {
      throw error instanceof RecordError ? new UnusableApplication(error.message) : error;
    }
    // Such as an answer that a cache has kept for another question.
    if (config[by] !== value) {
      throw new UnusableApplication(
        `the answer is about another application than the ${by} that was asked for`,
      );
    }
    return config;
  }
}

/** The object in an answer; Laravel's resources wrap it in `data`. */
function recordIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("its answer is no JSON");
  }
  const inner = isRecord(value) && isRecord(value["data"]) && value["secret"] === undefined
    ? value["data"]
    : value;
  if (!isRecord(inner)) throw new Error("its answer is no JSON object");
  return inner;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "", bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > LONGEST) throw new Error(`its answer is longer than ${LONGEST} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/**
 * For how long an answer counts by its `Cache-Control`, in seconds; `undefined` where it does not say. Only `max-age` and `s-maxage` say
 * it: Laravel writes `no-cache, private` into every answer by itself.
 */
export function maxAge(header: string | null): number | undefined {
  const [, shared] = /(?:^|[\s,])s-maxage\s*=\s*"?(\d{1,9})/i.exec(header ?? "") ?? [];
  const [, own] = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(header ?? "") ?? [];
  const written = shared ?? own;
  return written === undefined ? undefined : Math.min(LONGEST_AGE, Math.max(1, Number(written)));
}
