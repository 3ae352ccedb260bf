// The ceiling: the least that Bun.serve can do for clients that speak the same protocol as with the others. It checks no message and
// no signature, has no limits and counts nothing. It finds a channel's name by its place in the text and uses it as the topic; a
// presence channel's roster is one prepared text.

const CHANNEL = '"channel":"';
const MEMBER = '"channel_data":"';
const GREETING =
  `{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.1\\",\\"activity_timeout\\":30}"}`;

interface Client {
  /** The member's part of the roster. */
  member: string;
}

const rosters = new Map<string, string>();
const { PORT, CERTIFICATE, KEY } = process.env;

const server = Bun.serve<Client>({
  hostname: "127.0.0.1",
  port: Number(PORT),
  ...(CERTIFICATE === undefined ? {} : { tls: { cert: Bun.file(CERTIFICATE), key: Bun.file(KEY!) } }),
  async fetch(request, server) {
    if (request.method !== "POST") {
      return server.upgrade(request, { data: { member: "" } })
        ? undefined
        : new Response("", { status: 426 });
    }
    const text = await request.text();
    const channel = request.url.slice(request.url.lastIndexOf("/") + 1);
    if (channel !== "batch") server.publish(channel, text);
    else {
      for (const line of text.split("\n")) {
        const end = line.indexOf(" ");
        server.publish(line.slice(0, end), line.slice(end + 1));
      }
    }
    return new Response("{}");
  },
  websocket: {
    idleTimeout: 0,
    sendPings: false,
    open(socket) {
      socket.send(GREETING);
    },
    message(socket, message) {
      const text = message as string;
      const channel = textAfter(text, CHANNEL);
      if (text.startsWith('{"event":"pusher:subscribe"')) {
        socket.subscribe(channel);
        const data = channel.startsWith("presence-") ? join(socket, channel, text) : "{}";
        socket.send(
          `{"event":"pusher_internal:subscription_succeeded","data":"${data}","channel":"${channel}"}`,
        );
      } else if (text.startsWith('{"event":"client-')) socket.publish(channel, text);
      else {
        socket.unsubscribe(channel);
        leave(socket, channel);
      }
    },
  },
});

function textAfter(text: string, mark: string): string {
  const start = text.indexOf(mark) + mark.length;
  return text.slice(start, text.indexOf('"', start));
}

function join(socket: Bun.ServerWebSocket<Client>, channel: string, text: string): string {
  const start = text.indexOf(MEMBER) + MEMBER.length;
  const member = text.slice(start, text.indexOf('","', start));
  socket.data.member = `${member},`;
  socket.publish(
    channel,
    `{"event":"pusher_internal:member_added","data":"${member}","channel":"${channel}"}`,
  );
  const roster = (rosters.get(channel) ?? "") + socket.data.member;
  rosters.set(channel, roster);
  return roster;
}

function leave(socket: Bun.ServerWebSocket<Client>, channel: string): void {
  const { member } = socket.data;
  rosters.set(channel, rosters.get(channel)!.replace(member, ""));
  server.publish(
    channel,
    `{"event":"pusher_internal:member_removed","data":"${member}","channel":"${channel}"}`,
  );
}
