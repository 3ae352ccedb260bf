import { expect, test } from "bun:test";
import { before, NoAnswer, pause, waitAtMost, within } from "../../../src/failures/deadline.ts";

const never = new Promise<never>(() => {});

test("an answer that comes in time is the outcome", async () => {
  expect(await within(60_000, Promise.resolve("yes"))).toBe("yes");
  expect(await waitAtMost(60_000, Promise.resolve("yes"))).toBe("yes");
  expect(await before(new AbortController().signal, Promise.resolve("yes"))).toBe("yes");
});

test("an answer that does not come is an error that says how long it was awaited", async () => {
  const late = within(20, never).catch((error: unknown) => error);
  expect(await late).toBeInstanceOf(NoAnswer);
  expect((await late as NoAnswer).message).toBe("no answer within 0.02 s");
});

test("a wait that does not need the outcome ends without one", async () => {
  expect(await waitAtMost(1, never)).toBeUndefined();
});

test("a wait ends once it is hurried, also when that was before", async () => {
  const hurry = new AbortController();
  const wait = waitAtMost(60_000, never, hurry.signal);
  hurry.abort();
  expect(await wait).toBeUndefined();
  expect(await waitAtMost(60_000, never, hurry.signal)).toBeUndefined();
});

test("a signal's own reason ends what waits for it", async () => {
  const aborted = AbortSignal.abort(new Error("stopping"));
  expect(await before(aborted, never).catch(String)).toBe("Error: stopping");
});

test("what fails in time fails as it did", async () => {
  const failure = (): Promise<never> => Promise.reject(new Error("refused"));
  expect(await within(60_000, failure()).catch(String)).toBe("Error: refused");
  expect(await waitAtMost(60_000, failure()).catch(String)).toBe("Error: refused");
});

test("what fails after the wait has ended disturbs nothing", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  expect(await waitAtMost(1, promise)).toBeUndefined();
  reject(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
});

test("a pause ends with its time or once it is hurried", async () => {
  await pause(1, new AbortController().signal);
  await pause(0, new AbortController().signal);
  await pause(60_000, AbortSignal.abort());
});
