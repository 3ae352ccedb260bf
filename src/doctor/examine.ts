import { checkApplication, type ExaminedLaravel } from "./check-application.ts";
import { checkDashboard } from "./check-dashboard.ts";
import { checkFrontEnd } from "./check-front-end.ts";
import { checkApplications, type CheckedApplications } from "./check-applications.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";
import { checkLocalCertificates, type LocalCertificates } from "./check-local-certificates.ts";
import { checkLocalPorts, type PortRange } from "./check-local-ports.ts";
import { checkOpenFiles, type OpenFileLimits } from "./check-open-files.ts";
import { checkPulse } from "./check-pulse.ts";
import { checkRecovery } from "./check-recovery.ts";
import { checkRedis } from "./check-redis.ts";
import { checkStream } from "./check-stream.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import type { CheckedServer } from "./checked-server.ts";
import { checkLocalApi, checkPort } from "./local-checks.ts";
import { checkPublic } from "./public-checks.ts";

/** Everything that the doctor checks. */
export interface Examined extends CheckedServer {
  /** What the configuration asks for and this version cannot do, one sentence each. */
  readonly refusals: readonly string[];
  readonly certificates: LocalCertificates;
  /** A text that is unique to this run. */
  readonly mark: string;
  /** Undefined where there is no Laravel application. */
  readonly laravel: ExaminedLaravel | undefined;
  /** What the source of applications has answered; undefined where the configuration has them. `config` then has the one that was found. */
  readonly applications?: CheckedApplications | undefined;
  readonly openFiles: OpenFileLimits;
  readonly portRange: PortRange | undefined;
}

/** Checks everything from the configuration to the public address, and yields each line as soon as it is known. */
export async function* examine(examined: Examined): AsyncGenerator<CheckLine> {
  const { config, laravel } = examined;
  yield* checkConfiguration(examined);
  if (examined.applications !== undefined) yield checkApplications(examined.applications);
  yield* checkLocalCertificates(examined.certificates);
  if (laravel !== undefined) yield* checkApplication(laravel, examined);
  yield* checkPulse(config);
  const { line, state } = await checkPort(examined);
  yield line;
  if (config.development) {
    yield warning(
      "api",
      "no application is configured, so no call can be signed",
      "Let `resound install` write one into .env",
    );
  } else if (state.shut !== undefined) {
    yield warning(
      "api",
      `no call was made: ${state.shut.why}`,
      state.shut.remedy,
    );
  } else if (state.target === undefined) {
    yield warning(
      "api",
      "no Resound server answers here, so no call was made",
      "Start one with `resound start`",
    );
  } else {
    yield* checkLocalApi(examined, state.target);
  }
  const isUp = state.target !== undefined || state.shut !== undefined;
  yield* checkDashboard(config.server, { isUp, timeout: examined.timeout });
  yield* checkPublic(examined, state);
  if (laravel !== undefined) {
    yield* checkFrontEnd(examined, { ...laravel, isUp });
    yield* checkRecovery(config.applications, examined.publicAddress, laravel.variable);
  }
  yield* checkRedis(config.server, { timeout: examined.timeout, now: examined.now, mark: examined.mark });
  const { broadcasting = undefined } = laravel ?? {};
  yield* checkStream(config.server, {
    broadcasting: broadcasting === undefined || "unreadable" in broadcasting ? undefined : broadcasting,
    ...{ timeout: examined.timeout, now: examined.now },
  });
  yield* checkWebhooks(config, examined.timeout);
  yield checkOpenFiles(examined.openFiles, isUp, config.applications);
  yield checkLocalPorts(examined.portRange, config);
}

function* checkConfiguration({ config, refusals }: Examined): Generator<CheckLine> {
  for (const refusal of refusals) yield error("configuration", ...splitSentences(refusal));
  for (const message of config.warnings) {
    yield warning("configuration", message, "Correct it in the configuration");
  }
  if (config.development) {
    yield warning(
      "configuration",
      "no application is configured: every start makes one up",
      "Let `resound install` write one into .env",
    );
  } else if (refusals.length === 0) {
    const from = config.files.length === 0 ? "the environment" : config.files.join(", ");
    const count = config.applications.length, hasSource = config.provider.kind !== "config";
    const which = hasSource
      ? `applications come over apps.provider ${config.provider.kind}`
      : count === 1
      ? "one application"
      : `${count} applications`;
    yield ok("configuration", `${from}: ${which}`);
  }
}

/** The last sentence of a refusal is its remedy. Both without their full stops, which the report adds. */
function splitSentences(text: string): [found: string, remedy: string] {
  const end = text.lastIndexOf(". ");
  const remedy = text.slice(end + 2).replace(/\.$/, "");
  return end === -1 ? [text.replace(/\.$/, ""), "Change the configuration"] : [text.slice(0, end), remedy];
}
