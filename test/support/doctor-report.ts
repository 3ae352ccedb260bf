import { reportLine } from "../../src/doctor/report.ts";
import { CHECK_SUBJECTS, type CheckLevel } from "../../src/doctor/check-line.ts";
import { type FinishedRun, runResound } from "./run-resound.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** A run of `resound doctor` in a fresh Laravel folder. */
export interface DoctorRun {
  /** Where the server of the test application listens. */
  readonly port: number;
  /** The port of `REVERB_HOST`, which is 127.0.0.1. */
  readonly publicPort: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Further arguments; a later `--host` or `--port` takes the place of those of the server. */
  readonly args?: readonly string[];
  /** What stands before the arguments, instead of the target's own command. */
  readonly command?: readonly string[];
}

/** Examines a server that serves the test application. */
export function runDoctor(run: DoctorRun): Promise<FinishedRun> {
  const { port, publicPort, env = {}, files = {}, args = [], command } = run;
  const { id, key, secret } = TEST_APPLICATION;
  return runResound(["doctor", "--host", "127.0.0.1", "--port", String(port), ...args], {
    files: { artisan: "", ...files },
    env: {
      BROADCAST_CONNECTION: "reverb",
      REVERB_APP_ID: id,
      REVERB_APP_KEY: key,
      REVERB_APP_SECRET: secret,
      REVERB_HOST: "127.0.0.1",
      REVERB_PORT: String(publicPort),
      REVERB_SCHEME: "http",
      ...env,
    },
    ...(command === undefined ? {} : { command }),
  });
}

/** The lines on one subject, without the columns before their text. */
export function on(subject: string, { stdout }: FinishedRun): string[] {
  return stdout.flatMap((line) => {
    const [, level, about, text] = /^(ok|skipped|warning|error) +(.+?) {2,}(.*)$/.exec(line) ?? [];
    return about === subject ? [`${level}: ${text}`] : [];
  });
}

/** The lines of the report whose JSON this is. */
export function linesOf(report: unknown): string[] {
  const { checks } = report as {
    checks: { name: string; outcome: CheckLevel; sentence: string; remedy: string | null }[];
  };
  const bare = (text: string): string => text.replace(/\.$/, "");
  return checks.map(({ name, outcome, sentence, remedy }) =>
    reportLine({
      level: outcome,
      subject: CHECK_SUBJECTS.find((subject) => subject.replaceAll(/\W+/g, "_") === name)!,
      found: bare(sentence),
      ...(remedy === null ? {} : { remedy: bare(remedy) }),
    })
  );
}
