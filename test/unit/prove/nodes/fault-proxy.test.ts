import { expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { freePort } from "../../../support/free-port.ts";
import { FaultProxy } from "../../../../scripts/prove/nodes/fault-proxy.ts";

test("what a slow network has held back comes before what is sent when it is slow no more", async () => {
  let received = "";
  const { promise: isThere, resolve: hasAll } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    reach(socket);
    socket.on("data", (bytes) => {
      received += bytes.toString();
      if (received.length === 3) hasAll();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await using proxy = await FaultProxy.open(
    await freePort(),
    () => Promise.resolve((server.address() as AddressInfo).port),
    () => 0.5,
  );
  const client = connect(proxy.port, "127.0.0.1");
  client.setNoDelay(true);
  await reached;
  await proxy.become("slow");
  client.write("a");
  await Bun.sleep(20);
  await proxy.become("pass");
  client.write("b");
  await Bun.sleep(20);
  client.write("c");
  await isThere;
  expect(received).toBe("abc");
  client.destroy();
  server.close();
});
