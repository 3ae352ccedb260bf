import Echo from "laravel-echo";
import Pusher from "pusher-js";
import { EventLog } from "../support/event-log.ts";
import type { RunningServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import type { ServedApplication } from "./laravel-application.ts";

/** Laravel Echo in a browser of the application, disconnected at the end of its scope. */
export interface LaravelEchoClient extends Disposable {
  readonly echo: Echo<"reverb">;
  readonly pusher: Pusher;
  /** The header by which the application leaves this client out. */
  readonly socketHeader: Readonly<Record<string, string>>;
}

/** Connects as Laravel's own `echo.js` does, and asks the application for its signatures; `user` is the token. */
export async function connectToLaravel(
  server: RunningServer,
  application: ServedApplication,
  user?: string,
): Promise<LaravelEchoClient> {
  const headers: Record<string, string> = user === undefined ? {} : { Authorization: `Bearer ${user}` };
  const echo = new Echo<"reverb">({
    broadcaster: "reverb",
    key: TEST_APPLICATION.key,
    wsHost: server.host,
    wsPort: server.port,
    forceTLS: false,
    enabledTransports: ["ws"],
    authEndpoint: `${application.url}/broadcasting/auth`,
    userAuthentication: {
      transport: "ajax",
      endpoint: `${application.url}/broadcasting/user-auth`,
      headers,
    },
    // Not `bearerToken`: it would land in defaults that all Echos of a process share.
    auth: { headers },
    Pusher,
  });
  const { pusher } = echo.connector;
  await EventLog.of(pusher.connection).nextOf("connected");
  return {
    echo,
    pusher,
    socketHeader: { "X-Socket-ID": echo.socketId()! },
    [Symbol.dispose]: () => echo.disconnect(),
  };
}
