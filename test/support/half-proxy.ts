import { connect, createServer, type Socket } from "node:net";

/** What a proxy does to the requests of one path. */
export type ProxyRule = "pass" | "refuse" | "fail" | "strip the upgrade" | "want TLS" | "say nothing";

/** A reverse proxy that treats `/app` and `/apps` apart, as a misconfigured one does. */
export interface HalfProxy extends AsyncDisposable {
  readonly port: number;
}

const REFUSAL = "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** The head alone: its body never comes. */
const FAILURE = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 9\r\n\r\n";

const TLS_PAGE = "<h1>The plain HTTP request was sent to HTTPS port</h1>";
const TLS_ONLY = "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n" +
  `Content-Length: ${TLS_PAGE.length}\r\n\r\n${TLS_PAGE}`;

/** Listens on a free port of 127.0.0.1 and passes requests on to another port there, by the rule for their path. */
export async function startHalfProxy(
  upstreamPort: number,
  rules: { readonly app: ProxyRule; readonly apps: ProxyRule },
): Promise<HalfProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    keep(client);
    client.once("data", (first) => {
      const head = first.toString("latin1");
      const rule = head.startsWith("GET /apps/") ? rules.apps : rules.app;
      if (rule === "say nothing") return;
      if (rule === "fail") {
        client.write(FAILURE);
        return;
      }
      if (rule === "refuse" || rule === "want TLS") {
        client.end(rule === "refuse" ? REFUSAL : TLS_ONLY);
        return;
      }
      const upstream = connect(upstreamPort, "127.0.0.1");
      keep(upstream);
      // A proxy that speaks HTTP/1.0 to its upstream drops what belongs to one connection only.
      const sent = rule === "pass" ? head : head.replace(/^(?:Connection|Upgrade):.*\r\n/gim, "");
      upstream.write(sent, "latin1");
      client.pipe(upstream).pipe(client);
    });
  });
  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  }
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy got no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
