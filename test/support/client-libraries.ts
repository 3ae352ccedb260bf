import Echo from "laravel-echo";
import PusherServer from "pusher";
import Pusher from "pusher-js";
import { type AuthEndpoint, authHeaders, type AuthUser } from "./auth-endpoint.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import { EventLog } from "./event-log.ts";

/** Where a server listens. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** What both pusher-js and Laravel Echo take. */
interface CommonOptions {
  readonly cluster: string;
  readonly wsHost: string;
  readonly wsPort: number;
  readonly wsPath: string;
  readonly forceTLS: boolean;
  readonly enabledTransports: "ws"[];
  readonly channelAuthorization?: AuthRequest;
  readonly userAuthentication?: AuthRequest;
}

/** Where a client library asks for a signature, and with which headers. */
interface AuthRequest {
  readonly transport: "ajax";
  readonly endpoint: string;
  readonly headers: Record<string, string>;
}

/** How a client connects. */
export interface ClientOptions {
  /** Who signs in and who joins presence channels; needs `auth`. */
  readonly user?: AuthUser;
  readonly auth?: AuthEndpoint;
  readonly key?: string;
  /** The server's path prefix. */
  readonly path?: string;
  /** Which build of pusher-js; the one for Node.js unless given. */
  readonly library?: typeof Pusher;
}

/** The `pusher` server SDK for the test application; 32 zero bytes as its encryption key. */
export function serverSdk(server: Address, replaced: { readonly secret?: string } = {}): PusherServer {
  return new PusherServer({
    appId: TEST_APPLICATION.id,
    key: TEST_APPLICATION.key,
    secret: replaced.secret ?? TEST_APPLICATION.secret,
    host: server.host,
    port: String(server.port),
    useTLS: false,
    encryptionMasterKeyBase64: Buffer.alloc(32).toString("base64"),
  });
}

/** A pusher-js client, disconnected at the end of its scope. */
export interface PusherClient extends Disposable {
  readonly pusher: Pusher;
  /** Everything that its connection tells. */
  readonly connection: EventLog;
}

/** Makes a pusher-js client, which begins to connect at once. */
export function openPusher(server: Address, options: ClientOptions = {}): PusherClient {
  const pusher = new (options.library ?? Pusher)(
    options.key ?? TEST_APPLICATION.key,
    pusherOptions(server, options),
  );
  return {
    pusher,
    connection: EventLog.of(pusher.connection),
    [Symbol.dispose]: () => pusher.disconnect(),
  };
}

/** Makes a pusher-js client and waits until it is connected. */
export async function connectPusher(server: Address, options: ClientOptions = {}): Promise<PusherClient> {
  const client = openPusher(server, options);
  await client.connection.nextOf("connected");
  return client;
}

/** The broadcasters of Laravel Echo that speak the Pusher protocol. */
export type EchoBroadcaster = "reverb" | "pusher";

/** A Laravel Echo, disconnected at the end of its scope. */
export interface EchoClient extends Disposable {
  readonly echo: Echo<"reverb"> | Echo<"pusher">;
  readonly pusher: Pusher;
}

/** Makes a Laravel Echo with the options of Laravel's own `echo.js` and waits until it is connected. */
export async function connectEcho(
  broadcaster: EchoBroadcaster,
  server: Address,
  options: ClientOptions = {},
): Promise<EchoClient> {
  const { cluster, ...plain } = pusherOptions(server, options);
  const common = { ...plain, key: options.key ?? TEST_APPLICATION.key, Pusher };
  const echo = broadcaster === "reverb"
    ? new Echo<"reverb">({ ...common, broadcaster: "reverb" })
    : new Echo<"pusher">({ ...common, broadcaster: "pusher", cluster });
  const { pusher } = echo.connector;
  await EventLog.of(pusher.connection).nextOf("connected");
  return { echo, pusher, [Symbol.dispose]: () => echo.disconnect() };
}

function pusherOptions(server: Address, { auth, user, path }: ClientOptions): CommonOptions {
  const headers = user === undefined ? {} : authHeaders(user);
  return {
    cluster: "",
    wsHost: server.host,
    wsPort: server.port,
    wsPath: path ?? "",
    forceTLS: false,
    enabledTransports: ["ws"],
    ...(auth === undefined ? {} : {
      channelAuthorization: { transport: "ajax", endpoint: auth.channelUrl, headers },
      userAuthentication: { transport: "ajax", endpoint: auth.userUrl, headers },
    }),
  };
}
