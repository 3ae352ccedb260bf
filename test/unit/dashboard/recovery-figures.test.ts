import { expect, test } from "bun:test";
import { Application } from "../../../src/hub/applications/application.ts";
import { recoveryFigures } from "../../../src/dashboard/recovery-figures.ts";
import { RecoveryCounters } from "../../../src/monitoring/recovery-counters.ts";
import { applicationConfig, recoveryConfig } from "../../support/fake-hub.ts";

test("the counts are those of the application, with the gaps of all reasons in one", () => {
  const application = new Application(applicationConfig({ recovery: recoveryConfig({ enabled: true }) }));
  expect(recoveryFigures({ application })).toEqual({ recovered: 0, replayed: 0, gaps: 0 });
  const counters = application.counters.recovery = new RecoveryCounters();
  Object.assign(counters, { recovered: 12, replayed: 340 });
  Object.assign(counters.gaps, { trimmed: 1, unknown: 2, dropped: 4 });
  expect(recoveryFigures({ application })).toEqual({ recovered: 12, replayed: 340, gaps: 7 });
});

test("an application with recovery off has none, also where it was on before", () => {
  const application = new Application(applicationConfig());
  expect(recoveryFigures({ application })).toBeNull();
  application.counters.recovery = new RecoveryCounters();
  expect(recoveryFigures({ application })).toBeNull();
});
