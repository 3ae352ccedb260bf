import { expect, test } from "bun:test";
import type { Libc } from "../../../src/runtime/libc.ts";
import { socketAddress, unixDatagramSender } from "../../../src/runtime/unix-datagram.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the address of a path ends with a zero, that of an abstract name does not", () => {
  expect(hex(socketAddress("/run/n"))).toBe(`0100${Buffer.from("/run/n").toString("hex")}00`);
  expect(hex(socketAddress("@name"))).toBe(`010000${Buffer.from("name").toString("hex")}`);
});

test("what does not fit into an address is refused", () => {
  expect(socketAddress(`/${"x".repeat(106)}`)).toHaveLength(110);
  expect(() => socketAddress(`/${"x".repeat(107)}`)).toThrow("is longer than 107 bytes");
  expect(() => socketAddress(`/${"ü".repeat(54)}`)).toThrow("is longer than 107 bytes");
  expect(() => socketAddress("relative")).toThrow('"relative" is neither a path nor an abstract name');
});

test("a message that the system does not take whole was not sent", () => {
  const taking = (result: number): Libc => ({ socket: () => 7, sendto: () => result });
  expect(unixDatagramSender(taking(4), "/n")("abcd")).toBe(true);
  expect(unixDatagramSender(taking(-1), "/n")("abcd")).toBe(false);
  expect(() => unixDatagramSender({ socket: () => -1, sendto: () => 0 }, "/n")).toThrow("no socket");
});
