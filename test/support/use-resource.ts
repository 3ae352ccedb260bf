import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";

/** What tests have started and not ended yet, the last one last. */
const started: { resource?: object }[] = [];

/**
 * Starts something before the tests of the file, or of the `describe` that calls this, and disposes of it after them (where it
 * can be disposed of); what was started last ends first. Returns a stand-in that has the properties and methods of the resource; they MUST be used while tests run
 * only, or by what does so later, such as an ApiClient.
 */
export function useResource<Started extends object>(start: () => Started | Promise<Started>): Started {
  return standInFor(start, beforeAll, afterAll);
}

/** As `useResource`, with a resource of its own for each test. */
export function useForEachTest<Started extends object>(
  start: () => Started | Promise<Started>,
): Started {
  return standInFor(start, beforeEach, afterEach);
}

function standInFor<Started extends object>(
  start: () => Started | Promise<Started>,
  before: (call: () => Promise<void>) => void,
  after: (call: () => Promise<void>) => void,
): Started {
  let current: Started | undefined;
  before(async () => {
    const entry: { resource?: object } = {};
    started.push(entry);
    entry.resource = current = await start();
  });
  // Each ends the last one and not its own: hooks run in the order in which they stand, and resources end in the opposite one.
  after(async () => {
    const { resource = {} } = started.pop() ?? {};
    if (isAsyncDisposable(resource)) await resource[Symbol.asyncDispose]();
    else if (isDisposable(resource)) resource[Symbol.dispose]();
  });
  return new Proxy({} as Started, {
    get(_, name) {
      if (current === undefined) throw new Error(`Nothing has been started yet: ${String(name)}`);
      const value: unknown = Reflect.get(current, name);
      return typeof value === "function" ? value.bind(current) : value;
    },
  });
}

function isAsyncDisposable(value: object): value is AsyncDisposable {
  return Symbol.asyncDispose in value;
}

function isDisposable(value: object): value is Disposable {
  return Symbol.dispose in value;
}
