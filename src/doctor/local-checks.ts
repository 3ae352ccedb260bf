import { createServer } from "node:net";
import { unixPath } from "../config/kinds/address-kind.ts";
import { httpGet } from "./probe/http-get.ts";
import { askHealth } from "./probe/ask-health.ts";
import { ProbeError } from "./probe/probe-error.ts";
import { type ProbeTarget, targetUrl } from "./probe/probe-target.ts";
import { signedRoute } from "./probe/signed-route.ts";
import { checkApi } from "./check-api.ts";
import { type CheckLine, error, ok, skipped, warning } from "./check-line.ts";
import type { CheckedServer, LocalState } from "./checked-server.ts";

/** Checks whether a server answers where the configuration says; if none does, whether the port is free. */
export async function checkPort(
  { config: { server }, timeout }: CheckedServer,
): Promise<{ readonly line: CheckLine; readonly state: LocalState }> {
  const none: LocalState = { target: undefined, date: undefined };
  if (server.port === 0 && unixPath(server.host) === undefined) {
    const found = "port 0 takes any free port, so clients do not know which";
    return { line: warning("port", found, "Choose one with REVERB_SERVER_PORT or --port"), state: none };
  }
  const { healthy, url, found, target, answer, failure } = await askHealth(server, timeout);
  if (failure === "wants_certificate") {
    return {
      line: ok("port", `a server answers at ${url}`),
      state: {
        ...none,
        shut: {
          why: `the server ${found}`,
          remedy: "Give Laravel a client certificate, or remove options.tls.verify_peer",
        },
      },
    };
  }
  if (failure === "forbidden") {
    const remedy =
      "Run this as the server's user or its group; REVERB_SOCKET_MODE says who may use the socket";
    return {
      line: error("port", `this user may not use ${url} (permission denied)`, remedy),
      state: { ...none, shut: { why: "this user may not use the server's socket", remedy } },
    };
  }
  if (failure === "hangs") {
    const remedy =
      "If Resound runs there, restart it; else stop what hangs, or choose another port (REVERB_SERVER_PORT)";
    const silence = `it takes the connection, and there is no answer within ${timeout / 1000} s`;
    return { line: error("port", `${url} did not answer: ${silence}`, remedy), state: none };
  }
  if (healthy) {
    return {
      line: ok("port", `a server answers at ${url}`),
      state: { target, date: answer?.headers.get("date") },
    };
  }
  if (failure === "refused") return { line: await checkFree(server), state: none };
  const by = answer?.headers.get("server");
  const who = by === undefined ? "" : ` (${by.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 60)})`;
  return {
    line: error(
      "port",
      `${url} ${found}${who}: what listens there is not Resound`,
      "Stop it, or choose another port (REVERB_SERVER_PORT), or correct the path prefix (REVERB_SERVER_PATH)",
    ),
    state: none,
  };
}

async function checkFree(
  { host, port }: { readonly host: string; readonly port: number },
): Promise<CheckLine> {
  if (unixPath(host) !== undefined) return ok("port", `nothing listens on ${host}: no server runs`);
  const address = `${host}:${port}`;
  const code = await tryListen(host, port);
  switch (code) {
    case undefined:
      return ok("port", `${address} is free: no server runs here`);
    case "EACCES":
      return error(
        "port",
        `this user may not listen on ${address}`,
        "Choose a port from 1024 on (REVERB_SERVER_PORT), or run this as the server's user",
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return error(
        "port",
        `this machine has no address ${host}`,
        "Set REVERB_SERVER_HOST to one that it has, or to 0.0.0.0 for all",
      );
    case "EADDRINUSE":
      return error(
        "port",
        `${address} is taken by something that does not answer`,
        "Stop it, or choose another port (REVERB_SERVER_PORT)",
      );
    default:
      return error(
        "port",
        `no server can listen on ${address} (${code})`,
        "Choose another address (REVERB_SERVER_HOST, REVERB_SERVER_PORT)",
      );
  }
}

/** Listens on an address for a moment. Resolves with the system's code when that is not possible (`EACCES`), else with `undefined`. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Calls the API of the server on this machine as Laravel does, with the key of each application, at most ten. */
export async function* checkLocalApi(
  { config, timeout, now }: CheckedServer,
  target: ProbeTarget,
): AsyncGenerator<CheckLine> {
  const where = targetUrl(target);
  if (config.applications.length === 0) {
    yield skipped("api", "no call was made, since no application is known to sign it with", NO_APPLICATION);
  }
  for (const application of config.applications.slice(0, 10)) {
    try {
      const { answer } = await httpGet(target, signedRoute(application, "/channels", now() / 1000), timeout);
      yield checkApi("api", answer, where, application.id);
    } catch (failure) {
      if (!(failure instanceof ProbeError)) throw failure;
      yield error(
        "api",
        `${where} did not answer a call: ${failure.message}`,
        "Read the server's log, and restart it",
      );
    }
  }
}

/** What helps where the source of applications has not the one of `.env`. */
export const NO_APPLICATION =
  "Set REVERB_APP_KEY to the key of an application that the source has, and run this again";
