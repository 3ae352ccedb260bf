import { describe, expect, test } from "bun:test";
import { QUEUE_LENGTH, Viewer } from "../../../src/dashboard/viewer.ts";
import type { EntryBatch } from "../../../src/dashboard/wire.ts";

interface Message {
  readonly event: string;
  readonly data: unknown;
}

function setup(): {
  readonly viewer: Viewer;
  readonly read: () => Promise<Message[]>;
  readonly ended: () => number;
} {
  let ended = 0;
  const viewer = new Viewer(() => ended++);
  const reader = viewer.stream.getReader();
  const read = async (): Promise<Message[]> => {
    const { value } = await reader.read();
    return new TextDecoder().decode(value).split("\n\n").filter((text) => text !== "").map((text) => {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
      return { event, data: JSON.parse(data) };
    });
  };
  return { viewer, read, ended: () => ended };
}

function tell(viewer: Viewer, count: number, size = 1): void {
  for (let number = 0; number < count; number++) {
    const entry = {
      id: String(number),
      kind: "api-event",
      at: 7,
      channel: "c",
      event: String(number),
    } as const;
    viewer.add({ entries: [{ ...entry, payload: "x".repeat(size), receivers: 0 }], dropped: 0 });
  }
}

describe("a viewer", () => {
  test("gets all activities in order while it reads fast enough", async () => {
    const { viewer, read } = setup();
    viewer.show("welcome", { a: "line\nfeed" });
    tell(viewer, 3);
    viewer.flush();
    const [welcome, entries] = await read();
    expect(welcome).toEqual({ event: "welcome", data: { a: "line\nfeed" } });
    expect((entries?.data as EntryBatch).entries.map(({ event }) => event)).toEqual(["0", "1", "2"]);
    expect((entries?.data as EntryBatch).dropped).toBe(0);
  });

  test("loses the oldest when it reads slowly, and gets their number", async () => {
    const { viewer, read } = setup();
    tell(viewer, 1);
    viewer.flush();
    // The first message has not been read, so no other is sent.
    tell(viewer, 5000);
    for (let time = 0; time < 100; time++) viewer.flush();
    await read();
    viewer.flush();
    const [message] = await read();
    const { entries, dropped } = message?.data as EntryBatch;
    expect(entries).toHaveLength(QUEUE_LENGTH);
    expect(entries.at(-1)?.event).toBe("4999");
    expect(dropped).toBe(5000 - QUEUE_LENGTH);
  });

  test("gets fewer entries in a message when their payloads are large", async () => {
    const { viewer, read } = setup();
    tell(viewer, 100, 9000);
    viewer.flush();
    const [message] = await read();
    const { entries, dropped } = message?.data as EntryBatch;
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.length).toBeLessThan(60);
    expect(dropped).toBe(100 - entries.length);
    expect(entries.at(-1)?.event).toBe("99");
  });

  test("gets only the newest figures", async () => {
    const { viewer, read } = setup();
    viewer.show("sample", [1]);
    viewer.show("sample", [2]);
    viewer.flush();
    expect(await read()).toEqual([{ event: "sample", data: [2] }]);
  });

  test("ends once, by the page or by the server", async () => {
    const first = setup();
    first.viewer.close("stopping");
    first.viewer.close("stopping");
    first.viewer.flush();
    expect(await first.read()).toEqual([{ event: "stopping", data: {} }]);
    expect(first.ended()).toBe(1);

    let ended = 0;
    const left = new Viewer(() => ended++);
    await left.stream.cancel();
    left.close("stopping");
    tell(left, 1);
    left.flush();
    expect(ended).toBe(1);
  });
});
