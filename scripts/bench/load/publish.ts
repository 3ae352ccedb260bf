import { Caller } from "./caller.ts";
import type { Crowd } from "./crowd.ts";
import type { LoadProtocol } from "./load-request.ts";
import { batchRequest, triggerRequest } from "./target.ts";

/** Calls the HTTP API for a while. The requests are signed beforehand: a signature holds for minutes. */
export async function publish(
  crowd: Crowd,
  request: LoadProtocol["publish"]["request"],
): Promise<LoadProtocol["publish"]["answer"]> {
  const { target, publications, batch, newConnections = false, atOnce, milliseconds, deliveriesPerEvent } =
    request;
  const { tally } = crowd.group(request.group);
  const eventsPerCall = batch ?? 1;
  const texts = batch === undefined
    ? publications.map((each) => triggerRequest(target, each, newConnections))
    : [batchRequest(
      target,
      Array.from({ length: batch }, (_, index) => publications[index % publications.length]!),
    )];
  const callers = Array.from({ length: atOnce }, () => new Caller(target, { isKept: !newConnections }));
  const bytesBefore = tally.bytes;
  let calls = 0, answer: string | undefined;
  const call = async (caller: Caller): Promise<void> => {
    const body = await caller.call(texts[calls++ % texts.length]!);
    // soketi answers an error with status 200 too, but with another body.
    answer ??= body;
    if (body !== answer) {
      throw new Error(`the API answered ${body.slice(0, 200)} where it had answered ${answer}`);
    }
  };
  const end = performance.now() + milliseconds;
  if (deliveriesPerEvent === 0) {
    await Promise.all(callers.map(async (caller) => {
      while (performance.now() < end) await call(caller);
    }));
  } else {
    do {
      const arrived = tally.take(atOnce * eventsPerCall * deliveriesPerEvent);
      await Promise.all([arrived, ...callers.map(call)]);
      if (request.pause !== undefined) await Bun.sleep(request.pause);
    } while (performance.now() < end);
  }
  await tally.verify();
  for (const caller of callers) caller.close();
  const events = calls * eventsPerCall;
  return { calls, events, deliveries: events * deliveriesPerEvent, bytes: tally.bytes - bytesBefore };
}
