import type { SocketClient } from "./socket-client.ts";
import { PONG } from "./expected-frames.ts";

/** Sends a message and reads what the server has to say to it: everything before its answer to a ping that follows. */
export async function answers(client: SocketClient, message: unknown): Promise<string[]> {
  client.send(message);
  client.send({ event: "pusher:ping" });
  const frames: string[] = [];
  for (;;) {
    const frame = await client.next();
    if (frame === PONG) return frames;
    frames.push(frame);
  }
}
