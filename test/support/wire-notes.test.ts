import { expect, test } from "bun:test";
import { buildFrame, OPCODE } from "./websocket-frame.ts";
import { WireNotes } from "./wire-notes.ts";

const ping = buildFrame({ opcode: OPCODE.ping, payload: "7", masked: false });
const pong = buildFrame({ opcode: OPCODE.pong, payload: "7" });
const event = buildFrame({ payload: '{"event":"n","data":"{}","channel":"news"}', masked: false });

test("events are proven when the server has asked again after their answer", () => {
  const notes = new WireNotes();
  notes.toServer(Buffer.from("GET /app/x HTTP/1.1\r\nHost: a.localhost\r"));
  notes.toServer(Buffer.from("\n\r\n"));
  notes.toClient(Buffer.from("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  notes.toClient(Buffer.concat([event, event, ping.subarray(0, 1)]));
  notes.toClient(ping.subarray(1));
  expect(notes.unproven).toBe(2);
  notes.toServer(pong);
  expect(notes.unproven).toBe(2);
  notes.toClient(Buffer.concat([event, ping]));
  expect(notes.unproven).toBe(1);
  notes.toClient(buildFrame({ payload: '{"event":"pusher:ping"}', masked: false }));
  expect(notes.unproven).toBe(1);
});
