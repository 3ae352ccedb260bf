import { describe, expect, test } from "bun:test";
import { answerSoketi, SOKETI_PATHS, type SoketiRoutes } from "../../../src/http/soketi-routes.ts";

async function ask(
  path: typeof SOKETI_PATHS[number],
  routes: Partial<SoketiRoutes> = {},
): Promise<readonly [status: number, body: string, type: string | null]> {
  const answer = answerSoketi(path, {
    memoryThreshold: 85,
    isStopping: () => false,
    memory: () => ({ used: 40, total: 160 }),
    ...routes,
  });
  return [answer.status, await answer.text(), answer.headers.get("Content-Type")];
}

describe("soketi's routes", () => {
  test("answer with the bodies that soketi 1.6 was seen to send", async () => {
    expect((await ask("/")).slice(0, 2)).toEqual([200, "OK"]);
    expect((await ask("/ready")).slice(0, 2)).toEqual([200, "OK"]);
    expect(await ask("/accept-traffic")).toEqual([
      200,
      '{"memory":{"usedSize":40,"totalSize":160,"percentUsage":25}}',
      "application/json",
    ]);
    expect(await ask("/usage")).toEqual([
      200,
      '{"memory":{"free":120,"used":40,"total":160,"percent":25}}',
      "application/json",
    ]);
  });

  test("send no clients to a server that stops", async () => {
    const stopping = { isStopping: () => true };
    expect((await ask("/ready", stopping))[0]).toBe(503);
    expect((await ask("/accept-traffic", stopping))[0]).toBe(503);
    expect((await ask("/", stopping))[0]).toBe(200);
    expect((await ask("/usage", stopping))[0]).toBe(200);
  });

  test("send no clients to a server that needs more memory than the threshold", async () => {
    const full = { memory: () => ({ used: 150, total: 160 }) };
    expect((await ask("/accept-traffic", full))[0]).toBe(503);
    expect((await ask("/accept-traffic", { ...full, memoryThreshold: 95 }))[0]).toBe(200);
    expect((await ask("/ready", full))[0]).toBe(200);
  });

  test("know the memory of the process", () => {
    for (const path of ["/usage", "/accept-traffic"] as const) {
      expect(answerSoketi(path, { memoryThreshold: 100, isStopping: () => false }).status).toBe(200);
    }
  });
});
