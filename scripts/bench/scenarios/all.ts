import type { Scenario } from "../scenario.ts";
import { connect } from "./connect.ts";
import { fanOut } from "./fan-out.ts";
import { http } from "./http.ts";
import { idle } from "./idle.ts";
import { startUp } from "./start-up.ts";

/** Everything that can be measured, in the order in which it is. */
export const SCENARIOS: readonly Scenario[] = [fanOut, http, connect, idle, startUp];
