import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";
import { httpGet } from "./probe/http-get.ts";
import { ProbeError } from "./probe/probe-error.ts";
import { localTarget, type ProbeTarget, targetUrl } from "./probe/probe-target.ts";

/** Hosts that only this machine reaches. */
const OWN_MACHINE = /^(?:127\.\d+\.\d+\.\d+|::1|localhost|unix:.*)$/;

/**
 * Checks whether the dashboard answers where the configuration says, and whether it is open to other machines. Nothing is checked
 * where it is off. `isUp`: a server answers on the clients' port.
 */
export async function* checkDashboard(
  server: ServerConfig,
  { isUp, timeout }: { readonly isUp: boolean; readonly timeout: number },
): AsyncGenerator<CheckLine> {
  if (!server.dashboardEnabled) return;
  const isOpen = server.dashboardAllowedAddresses.length === 0;
  if (server.dashboardOnMainPort) {
    yield ok(
      "dashboard",
      `it is on the clients' port, at ${server.path}/dashboard, ` +
        (isOpen
          ? "for every address that your web server lets through to it"
          : "for the addresses in dashboard.allowed_addresses"),
    );
    return;
  }
  const { dashboardHost: host, dashboardPort: port } = server;
  if (isOpen && !OWN_MACHINE.test(host)) {
    yield warning(
      "dashboard",
      `it listens on ${host}, over plain http and for every address that can reach it`,
      "Name those that may use it with REVERB_DASHBOARD_ALLOWED_ADDRESSES, or set REVERB_DASHBOARD_HOST=127.0.0.1 and put " +
        "a web server with TLS in front",
    );
  }
  if (port === 0 && unixPath(host) === undefined) {
    const remedy = "Choose one with REVERB_DASHBOARD_PORT or --dashboard-port";
    yield warning("dashboard", "port 0 takes any free port, so nothing can be asked there", remedy);
    return;
  }
  yield await askPage(localTarget({ ...server, host, port }, false), isUp, timeout);
}

async function askPage(target: ProbeTarget, isUp: boolean, timeout: number): Promise<CheckLine> {
  const url = targetUrl(target, "/dashboard");
  const other = (found: string): CheckLine =>
    error(
      "dashboard",
      `${url} ${found}`,
      "Stop what listens there, or choose another port (REVERB_DASHBOARD_PORT)",
    );
  try {
    const { answer } = await httpGet(target, "/dashboard", timeout);
    if (answer.status === 200 && answer.body.includes("Resound</title>")) {
      return ok("dashboard", `it answers at ${url}`);
    }
    if (answer.status === 403 && answer.body.startsWith("The dashboard is not for the address")) {
      return ok("dashboard", `it answers at ${url}, for the addresses in dashboard.allowed_addresses`);
    }
    return other(`answered ${answer.status}: what listens there is not the dashboard of this server`);
  } catch (failure) {
    if (!(failure instanceof ProbeError)) throw failure;
    if (failure.failure !== "refused") return other(`did not answer: ${failure.message}`);
    return isUp
      ? error(
        "dashboard",
        `a server runs, and nothing listens at ${url}`,
        "Restart the server: it reads dashboard.enabled, its host and its port at the start",
      )
      : ok("dashboard", `nothing listens at ${url}: no server runs`);
  }
}
