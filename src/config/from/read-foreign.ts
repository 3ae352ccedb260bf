import { extname, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import type { ReverbFile } from "../sources/reverb-file.ts";
import type { ForeignReading, ForeignServer } from "./foreign-reading.ts";
import { ownConfiguration } from "./own-configuration.ts";
import { readPusher } from "./pusher-file.ts";
import { readSoketi } from "./soketi-file.ts";
import { SOKETI_PREFIX, type SoketiJson } from "./soketi-options.ts";

/** Whether `--config` names soketi's config file. */
export function isSoketiJson(from: ForeignServer | undefined, named: string | undefined): boolean {
  return from === "soketi" && named !== undefined && extname(named).toLowerCase() === ".json";
}

/**
 * The configuration of another server, as a config file of ours would say it. Where applications of our own are configured, these count,
 * with a warning. Throws a `ConfigError` where nothing of the other server's is there.
 */
export function readForeign(reading: ForeignReading): ReverbFile | undefined {
  const { from, own, named, files, cached, environment, findings } = reading;
  const ours = ownConfiguration(own, environment, cached);
  if (ours !== undefined) {
    findings.warn(
      `--from ${from}: has no effect, since ${ours} configures an application; take one of them out`,
    );
    return own;
  }
  if (from === "pusher") return readPusher(reading);
  const json = soketiJson(reading);
  if (json === undefined && environment.unasked(SOKETI_PREFIX).length === 0) {
    throw new ConfigError([
      `--from soketi: expected variables SOKETI_… in the environment or .env, or soketi's config file as --config FILE.json, got ${
        named === undefined ? "neither" : `--config ${named}`
      }`,
    ]);
  }
  return readSoketi({ json, files, environment, findings });
}

function soketiJson({ from, named, files }: ForeignReading): SoketiJson | undefined {
  if (named === undefined || !isSoketiJson(from, named)) return undefined;
  const text = files.open(named, resolve(named));
  if (text === undefined) throw new ConfigError([`Cannot read ${named}: no such file`]);
  return { name: named, text };
}
