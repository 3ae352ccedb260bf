import { expect, test } from "bun:test";
import { receiversOf, receivesEvent, receivesName } from "../../../src/webhooks/receiver.ts";
import { webhook } from "./watched-application.ts";

const ids = (...configs: Parameters<typeof webhook>[0][]): string[] =>
  receiversOf(configs.map((each) => webhook(each))).map(({ id }) => id);

test("entries with one URL and the same headers, in any order, are one receiver", () => {
  const url = "https://shop.example/hooks";
  const receivers = receiversOf([
    webhook({ url, headers: { a: "1", b: "2" }, events: ["channel_occupied"] }),
    webhook({ url, headers: { b: "2", a: "1" }, events: ["channel_vacated"] }),
    webhook({ url, headers: { a: "2" } }),
  ]);
  expect(receivers.map(({ entries }) => entries.length)).toEqual([2, 1]);
  expect(new Set(receivers.map(({ id }) => id)).size).toBe(2);
});

test("a receiver keeps its id when its credentials, headers, events or filters change, and the id does not show its URL", () => {
  const url = "https://ann:s3cret@shop.example/hooks?token=t0p";
  const [name] = ids({ url });
  expect(ids({ url: url.replace("s3cret", "other") })).toEqual([name!]);
  expect(ids({ url, headers: { a: "1" }, events: ["cache_miss"], filter: { prefix: "x", suffix: "" } }))
    .toEqual([name!]);
  expect(ids({ url: url.replace("t0p", "other") })).not.toEqual([name!]);
  expect(name).toMatch(/^[0-9a-f]{24}$/);
});

test("a receiver gets an event when an entry names it and lets its channel pass", () => {
  const [receiver] = receiversOf([
    webhook({
      events: ["channel_occupied", "connection_opened"],
      filter: { prefix: "private-", suffix: "" },
    }),
    webhook({ events: ["channel_occupied"], filter: { prefix: "", suffix: "-vip" } }),
  ]);
  const occupied = (channel: string): boolean =>
    receivesEvent(receiver!, { name: "channel_occupied", channel }, channel);
  expect(["private-a", "a-vip", "a", "a-private-"].map(occupied)).toEqual([true, true, false, false]);
  expect(receivesEvent(receiver!, { name: "connection_opened", channel: "", socket_id: "1.1" }, undefined))
    .toBe(true);
  expect([receivesName(receiver!, "channel_occupied"), receivesName(receiver!, "cache_miss")]).toEqual([
    true,
    false,
  ]);
});
