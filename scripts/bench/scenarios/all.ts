import type { Scenario } from "../scenario.ts";
import { browsers } from "./browsers.ts";
import { clientEvents } from "./client-events.ts";
import { cluster } from "./cluster.ts";
import { comeBack } from "./come-back.ts";
import { deployed } from "./deployed.ts";
import { compression } from "./compression.ts";
import { connect } from "./connect.ts";
import { fanOut } from "./fan-out.ts";
import { http } from "./http.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { presence } from "./presence.ts";
import { privateUsers } from "./private-users.ts";
import { recovery } from "./recovery.ts";
import { stampede } from "./stampede.ts";
import { smallChannels } from "./small-channels.ts";
import { restart } from "./restart.ts";
import { startUp } from "./start-up.ts";
import { tls } from "./tls.ts";
import { workers } from "./workers.ts";

/** All scenarios, in the order in which they are measured. */
export const SCENARIOS: readonly Scenario[] = [
  fanOut,
  smallChannels,
  privateUsers,
  clientEvents,
  presence,
  http,
  connect,
  stampede,
  recovery,
  comeBack,
  browsers,
  latency,
  tls,
  deployed,
  compression,
  cluster,
  workers,
  idle,
  restart,
  startUp,
];
