import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { ConfigFiles } from "../config/sources/config-files.ts";
import { makeCredentials } from "../config/applications/development-application.ts";
import { processEnvironmentFileNames } from "../config/load-process-config.ts";
import { diskFiles } from "../config/sources/text-files.ts";
import { errorReason } from "../failures/error-reason.ts";
import { CertbotError, certbotKeeps, writeCertbotHook } from "./install/certbot-hook.ts";
import { EnvDocument } from "./install/env-document.ts";
import { replaceFile, ReplaceFileError } from "./install/replace-file.ts";
import { folderRefusal } from "./running-servers.ts";
import { ExitCode } from "../process/exit-code.ts";
import { broadcastVariable, editEnvironment } from "./install/edit-environment.ts";
import { reverbVariables } from "./install/reverb-variables.ts";
import { writeError, writeOut } from "../process/outputs.ts";
import { CACHED_CONFIG } from "../config/laravel/cached-config.ts";

/** The options of `resound install`, as the command line gives them. */
export interface InstallOptions {
  readonly laravel?: string;
  /** Name of a certificate that certbot keeps. */
  readonly certbot?: string;
  /** The folder in which certbot keeps everything. */
  readonly certbotConfigDir: string;
}

/** Adds what is missing to the `.env` of an application, and has certbot bring its certificate to the server where one is named. */
export function install(directory: string, { certbot, certbotConfigDir }: InstallOptions): ExitCode {
  const refusal = installRefusal(directory);
  if (refusal !== undefined) return refuse([refusal], ExitCode.usage);
  const name = processEnvironmentFileNames().find((each) => existsSync(join(directory, each)));
  if (name === undefined) {
    return refuse([
      `Cannot install into ${directory}: it has no .env. Make one as Laravel wants it, ` +
      "with `cp .env.example .env && php artisan key:generate`, and run this again.",
    ], ExitCode.usage);
  }
  const path = join(directory, name);
  try {
    const bytes = readBytes(path);
    const document = new EnvDocument(bytes, name);
    const sentences = edit(document, directory);
    const host = document.get("REVERB_HOST");
    const secure = certbot === undefined
      ? offerLines(host, certbotConfigDir)
      : certbotLines(certbot, certbotConfigDir, directory, host);
    // Before the first line is printed: the lines report what has been done.
    const copy = document.changed ? replaceFile(path, bytes, document.toBytes()) : undefined;
    for (const sentence of sentences) say(`${name}: ${sentence}`);
    if (copy === undefined) say(`${name} lacks nothing; it was not changed.`);
    else say(...copyLines(name, basename(copy)));
    for (const hint of hints(directory)) say(hint);
    say(...secure);
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.messages, ExitCode.usage);
    if (error instanceof ReplaceFileError || error instanceof CertbotError) {
      return refuse([error.message], ExitCode.failed);
    }
    throw error;
  }
}

function edit(document: EnvDocument, directory: string): string[] {
  const broadcasting = readBroadcasting(directory);
  return editEnvironment(
    document,
    broadcastVariable(document, broadcasting),
    reverbVariables(makeCredentials(randomInt)),
  );
}

/** Why a folder cannot be installed into, `undefined` when it can: every Laravel application has its `artisan`. */
function installRefusal(directory: string): string | undefined {
  const refusal = folderRefusal(directory);
  if (refusal !== undefined) return `Cannot install into ${directory}: ${refusal}.`;
  if (existsSync(join(directory, "artisan"))) return undefined;
  return `Cannot install into ${directory}: it is no Laravel application (it has no file "artisan"). ` +
    "Run this in the application's folder, or name that with --laravel.";
}

function copyLines(name: string, copy: string): string[] {
  const unusual = copy === `${name}.backup` && name === ".env"
    ? ""
    : "; it holds secrets, so keep it out of your repository";
  return [`The file as it was is kept as ${copy}${unusual}.`];
}

/** What was written for a certificate that certbot keeps, and what the operator has to write. */
function certbotLines(
  name: string,
  certbot: string,
  directory: string,
  host: string | undefined,
): string[] {
  const { script, copy, user, hosts } = writeCertbotHook(name, resolve(certbot), directory);
  const own = host !== undefined && hosts.some((each) => covers(each, host)) ? host : undefined;
  return [
    `certbot runs ${script} after each renewal: it copies certificate and key into ${copy}, which user ${user} can read.`,
    ...(user === 0
      ? ["That is root, whom storage belongs to: give storage to the user of the server and run this again."]
      : []),
    "For TLS by Resound itself, name that file in config/reverb.php, in 'options' of the server:",
    `    'tls' => ['local_cert' => '${copy}'],`,
    `and set REVERB_HOST=${
      own ?? hosts[0] ?? name
    } and REVERB_SCHEME=https in .env, and REVERB_PORT to the port where Resound listens.`,
    ...(own === undefined && hosts.length > 0
      ? [`The certificate is for ${hosts.join(", ")}: clients accept it for no other REVERB_HOST.`]
      : []),
  ];
}

/** Whether a certificate's name is a host's: `*.example.com` is that of each host one level below. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && name.slice(1) === host.replace(/^[^.]+/, ""));
}

/** What certbot has for the application's host, where nothing was asked for. */
function offerLines(host: string | undefined, certbot: string): string[] {
  if (host === undefined || !certbotKeeps(host, certbot)) return [];
  return [
    `certbot keeps a certificate for ${host}: \`resound install --certbot ${host}\`, as root, is for TLS by Resound itself.`,
  ];
}

/** What the application itself still lacks, as far as its files show. */
function* hints(directory: string): Generator<string> {
  const broadcasting = readBroadcasting(directory);
  if (broadcasting !== undefined && !/['"]reverb['"]/.test(broadcasting)) {
    yield "config/broadcasting.php has no connection named reverb: `php artisan install:broadcasting` adds it.";
  }
  if (existsSync(join(directory, CACHED_CONFIG))) {
    yield `${CACHED_CONFIG} counts in place of .env: \`php artisan config:cache\` takes the new lines over.`;
  }
  const vendor = join(directory, "vendor");
  if (existsSync(vendor) && !existsSync(join(vendor, "pusher/pusher-php-server"))) {
    yield "Laravel broadcasts with the package pusher/pusher-php-server, which is missing: " +
      "`composer require pusher/pusher-php-server` adds it.";
  }
}

function readBroadcasting(directory: string): string | undefined {
  return new ConfigFiles(directory, diskFiles).open("config/broadcasting.php");
}

/** The bytes and not a text, so that a comment that is no UTF-8 stays as it is. */
function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([`Cannot read ${path}: ${errorReason(error)}`], { cause: error });
  }
}

function say(...lines: readonly string[]): void {
  for (const line of lines) writeOut(`${line}\n`);
}

function refuse(lines: readonly string[], code: ExitCode): ExitCode {
  for (const line of lines) writeError(`${line}\n`);
  return code;
}
