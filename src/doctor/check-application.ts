import type { BroadcastingConfig } from "../config/laravel/broadcasting-config.ts";
import type { QueueConfig } from "../config/laravel/queue-config.ts";
import type { FrontEnd } from "./check-front-end.ts";
import { checkLaravel, type Variable } from "./check-laravel.ts";
import { type CheckLine, warning } from "./check-line.ts";
import { checkQueue } from "./check-queue.ts";
import { checkReverbEvents, type PhpFile } from "./check-reverb-events.ts";
import type { CheckedServer } from "./checked-server.ts";
import type { JobCounter } from "./count-jobs.ts";

/** A part of the application's configuration; the reason, without secrets, where it cannot be read. */
type Readable<T> = T | { readonly unreadable: string };

/** The Laravel application whose events are to arrive. */
export interface ExaminedLaravel {
  readonly broadcasting: Readable<BroadcastingConfig>;
  readonly queue: Readable<QueueConfig>;
  readonly countJobs: JobCounter;
  readonly variable: Variable;
  readonly phpFiles: Iterable<PhpFile>;
  readonly frontEnd: FrontEnd;
}

const REMEDY = 'Correct it, or run "php artisan config:cache" and this again: its result is read as it is';

/** Checks the way of an event inside the Laravel application, until PHP calls a server. */
export async function* checkApplication(
  { broadcasting, queue, countJobs, variable, phpFiles }: ExaminedLaravel,
  { config: { applications, development }, now }: CheckedServer,
): AsyncGenerator<CheckLine> {
  if ("unreadable" in broadcasting) {
    yield warning("laravel", `where it broadcasts was not checked: ${broadcasting.unreadable}`, REMEDY);
  } else {
    yield checkLaravel({ broadcasting, variable, applications, development });
  }
  if ("unreadable" in queue) {
    yield warning("queue", `whether events are queued was not checked: ${queue.unreadable}`, REMEDY);
  } else {
    const line = await checkQueue(queue, countJobs, now());
    if (line !== undefined) yield line;
  }
  const webhooks = variable("RESOUND_WEBHOOKS")?.text ?? "";
  yield* checkReverbEvents(phpFiles, /^(true|\(true\)|1|on|yes)$/i.test(webhooks));
}
