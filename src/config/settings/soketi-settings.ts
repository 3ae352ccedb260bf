import * as v from "valibot";
import { integer, type ValueKind, yesOrNo } from "../kinds/value-kind.ts";
import { setting } from "./setting.ts";

const see = "[From soketi](from-soketi.md)";

/** The beginning of names of Prometheus' series. */
const seriesPrefix: ValueKind<string | undefined> = {
  expects: "letters, digits and underscores",
  schema: v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)),
  secret: false,
};

/** What soketi answers and shows, for health checks and boards that were made for it: `soketi` of the server. */
export const soketiSettings = {
  routes: setting({
    key: "soketi.routes",
    env: "REVERB_SOKETI_ROUTES",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether `/`, `/ready`, `/accept-traffic` and `/usage` are answered as soketi does",
    see,
  }),
  memoryThreshold: setting({
    key: "soketi.memory_threshold",
    env: "REVERB_SOKETI_MEMORY_THRESHOLD",
    kind: integer(1, 100, "a percentage from 1 to 100"),
    default: 85,
    ours: true,
    description: "percentage of memory beyond which `/accept-traffic` answers 503",
    see,
  }),
  seriesPrefix: setting({
    key: "soketi.series_prefix",
    env: "REVERB_SOKETI_SERIES_PREFIX",
    kind: seriesPrefix,
    default: undefined,
    ours: true,
    description: "begins the names of soketi's series, which the metrics then have beside ours: `soketi_`",
    see,
    defaultText: "off",
  }),
};
