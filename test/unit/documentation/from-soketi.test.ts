import { expect, test } from "bun:test";
import { SOKETI_VARIABLES } from "../../../src/config/from/soketi-variables.ts";
import { soketiMetrics } from "../../../src/monitoring/metrics/soketi-metrics.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

const page = new MarkdownPage("docs/from-soketi.md");

/** Groups of which the page names the driver alone: what they tune has no counterpart. */
const BY_DRIVER =
  /^(?:ADAPTER_(?:NATS|CLUSTER)|APP_MANAGER_DYNAMODB|CLUSTER|QUEUE_(?:REDIS|SQS)|CACHE_REDIS|RATE_LIMITER_REDIS)_/;
/** Written by their last words, behind the first of their kind. */
const SHORT = /^DB_(?:MYSQL|POSTGRES|POOLING)_/;
/** Tuning without an effect here, named by a warning only. */
const TUNING = /_(?:REQUESTS_TIMEOUT|SUB_OPTIONS|PUB_OPTIONS|VERSION|USE_V2)$/;

const variables = [...SOKETI_VARIABLES.values()];

test.each(variables.filter((name) => ![BY_DRIVER, SHORT, TUNING].some((pattern) => pattern.test(name))))(
  "docs/from-soketi.md says what becomes of SOKETI_%s",
  (name) => expect(page.says(`\`SOKETI_${name}\``)).toBe(true),
);

test("docs/from-soketi.md has soketi's series", () => {
  const families = soketiMetrics({
    prefix: "soketi_",
    port: "6001",
    applications: new Map(),
    states: () => [],
  });
  expect(families.filter(({ name }) => !page.says(`\`${name}\``))).toEqual([]);
});
