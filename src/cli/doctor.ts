import { readFileSync } from "node:fs";
import type { Config } from "../config/config.ts";
import type { ConfigReading } from "../config/load-config.ts";
import { readProcessConfig } from "../config/load-process-config.ts";
import { readPublicAddress } from "../config/applications/public-address.ts";
import { type CheckLine, error, warning } from "../doctor/check-line.ts";
import { parsePortRange, type PortRange } from "../doctor/check-local-ports.ts";
import type { LocalCertificates } from "../doctor/check-local-certificates.ts";
import { phpElsewhere } from "../doctor/check-php-address.ts";
import { examine, type Examined } from "../doctor/examine.ts";
import { reportDocument, reportLine, reportSummary } from "../doctor/report.ts";
import { askApplications } from "../process/ask-applications.ts";
import { findServers } from "../process/registry/find-servers.ts";
import { openFileLimit } from "../monitoring/open-file-limit.ts";
import { runtimePlaces } from "../process/registry/runtime-places.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import { readCertificates } from "../process/certificates.ts";
import { unfinishedRemedy } from "../process/check-start.ts";
import { configError, type ConfigOptions, configSource } from "./config-options.ts";
import { examinedLaravel } from "./examined-laravel.ts";
import { ExitCode } from "../process/exit-code.ts";
import { plannedWorkers } from "../process/workers/planned-workers.ts";
import { writeOut } from "../process/outputs.ts";

/** Milliseconds for one step over the network. */
const TIMEOUT = 4000;

/** The options of `resound doctor`, as the command line gives them. */
export interface DoctorOptions extends ConfigOptions {
  readonly json: boolean;
}

export async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const lines: CheckLine[] = [];
  for await (const line of checks(options)) {
    lines.push(line);
    if (!options.json) writeOut(`${reportLine(line)}\n`);
  }
  writeOut(
    options.json ? `${JSON.stringify(reportDocument(lines), undefined, 2)}\n` : `\n${reportSummary(lines)}\n`,
  );
  return lines.some(({ level }) => level === "error") ? ExitCode.failed : ExitCode.ok;
}

async function* checks(options: ConfigOptions): AsyncGenerator<CheckLine> {
  const source = configSource(options);
  let reading: ConfigReading;
  try {
    reading = readProcessConfig(source);
  } catch (thrown) {
    // Without a configuration there is nothing else to check.
    const { messages, warnings } = configError(thrown);
    for (const message of messages) yield error("configuration", message, "Correct it and run this again");
    for (const message of warnings) {
      yield warning("configuration", message, "Correct it in the configuration");
    }
    return;
  }
  const { isLaravel } = reading,
    { applications, config } = await askedApplications(reading),
    remedy = unfinishedRemedy(reading);
  if (remedy !== undefined) {
    yield error("configuration", "no application is configured, so that no server starts here", remedy);
  }
  const publicAddress = readPublicAddress(reading);
  const laravel = isLaravel ? examinedLaravel(reading, source.directory, TIMEOUT) : undefined;
  yield* examine({
    ...{ config, applications },
    mark: crypto.randomUUID(),
    refusals: workerRefusals(config),
    certificates: certificatesOf(config, source.directory),
    publicAddress,
    laravel,
    phpAddress: laravel === undefined || "unreadable" in laravel.broadcasting
      ? undefined
      : phpElsewhere(laravel.broadcasting.address, publicAddress, config.server.path),
    openFiles: { server: limitOfServer(source.directory), shell: openFileLimit() },
    portRange: portRange(),
    timeout: TIMEOUT,
    now: Date.now,
  });
}

/** Asks the source of applications, where there is one, for the application that the folder's environment names. */
async function askedApplications(
  { config, environment }: ConfigReading,
): Promise<Pick<Examined, "config" | "applications">> {
  const { provider } = config;
  if (provider.kind === "config") return { config, applications: undefined };
  const written = environment.get("REVERB_APP_KEY")?.value, key = written === "" ? undefined : written;
  const asked = await askApplications(
    provider,
    { by: "key", value: key ?? "resound-doctor" },
    chooseRuntime(),
  );
  const { place, type: answer } = asked, reason = "reason" in asked ? asked.reason : undefined;
  return {
    config: asked.type === "found" ? { ...config, applications: [asked.application] } : config,
    applications: { place, kind: provider.kind, key, answer, reason },
  };
}

/** Why `start` would refuse to start as many workers as the configuration asks for. */
function workerRefusals(config: Config): readonly string[] {
  const { refusal } = plannedWorkers(config, { platform: process.platform, runtime: chooseRuntime() });
  return refusal === undefined ? [] : [refusal];
}

/** The certificates that `start` would use, read and checked as it does. */
function certificatesOf(config: Config, directory: string): LocalCertificates {
  try {
    return { ...readCertificates(config, directory, chooseRuntime()), errors: [] };
  } catch (thrown) {
    return { line: undefined, warnings: [], errors: configError(thrown).messages };
  }
}

/** The limit of the running server, which its process manager may have set. */
function limitOfServer(folder: string): number | undefined {
  const [server] = findServers(runtimePlaces(folder)).running;
  return server === undefined ? undefined : openFileLimit(server.record.pid);
}

function portRange(): PortRange | undefined {
  try {
    return parsePortRange(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"));
  } catch {
    // Only Linux has it there.
    return undefined;
  }
}
