// The ceiling: the least that Bun.serve can do for the same clients. No protocol, no signatures, one topic a path.
// `/app/x` sends two frames as the real handshake does, `POST /publish` publishes its body to everyone.

const TOPIC = "everyone";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request, server) {
    if (request.method === "POST") {
      server.publish(TOPIC, await request.text());
      return new Response("{}");
    }
    return server.upgrade(request) ? undefined : new Response("", { status: 426 });
  },
  websocket: {
    idleTimeout: 0,
    sendPings: false,
    open(socket) {
      socket.send('{"event":"pusher:connection_established"}');
    },
    message(socket) {
      socket.subscribe(TOPIC);
      socket.send('{"event":"pusher_internal:subscription_succeeded"}');
    },
  },
});
console.log(`listening on http://127.0.0.1:${server.port}`);
