import { addressList } from "../kinds/access-kind.ts";
import { hostAddress, hostNames } from "../kinds/address-kind.ts";
import { listeningPort, yesOrNo } from "../kinds/value-kind.ts";
import { setting } from "./setting.ts";

/** The dashboard: settings of the server. */
export const dashboardSettings = {
  dashboardEnabled: setting({
    key: "dashboard.enabled",
    env: "REVERB_DASHBOARD_ENABLED",
    flag: "--dashboard",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether there is a dashboard, at `/dashboard` on a port of its own",
    see: "[Dashboard](dashboard.md)",
  }),
  dashboardOnMainPort: setting({
    key: "dashboard.on_main_port",
    env: "REVERB_DASHBOARD_ON_MAIN_PORT",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether the dashboard is on the port of the clients instead",
    see: "[On the main port](dashboard.md#on-the-main-port)",
  }),
  dashboardHost: setting({
    key: "dashboard.host",
    env: "REVERB_DASHBOARD_HOST",
    kind: hostAddress,
    default: "127.0.0.1",
    ours: true,
    description: "address of the dashboard's own port, or `unix:` and a path",
  }),
  dashboardPort: setting({
    key: "dashboard.port",
    env: "REVERB_DASHBOARD_PORT",
    flag: "--dashboard-port <number>",
    kind: listeningPort,
    default: 8081,
    ours: true,
    description: "the dashboard's own port; 0 takes any free one",
  }),
  dashboardAllowedAddresses: setting({
    key: "dashboard.allowed_addresses",
    env: "REVERB_DASHBOARD_ALLOWED_ADDRESSES",
    kind: addressList,
    default: [],
    ours: true,
    live: true,
    description:
      "addresses and ranges that may use the dashboard, and `unix` for a Unix socket; behind `trusted_proxies` the address that they report; empty for all; a comma list in the environment",
    see: "[Addresses](dashboard.md#addresses)",
  }),
  dashboardAllowedHosts: setting({
    key: "dashboard.allowed_hosts",
    env: "REVERB_DASHBOARD_ALLOWED_HOSTS",
    kind: hostNames,
    default: [],
    ours: true,
    live: true,
    description:
      "host names by which the dashboard's own port is asked, besides IP addresses, `localhost`, `dashboard.host`, `hostname` and the machine's own name; `*.example.com` for all names below one, `*` for every name; a comma list in the environment",
    see: "[Host names](dashboard.md#host-names)",
  }),
};
