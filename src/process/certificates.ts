import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { errorMessage } from "../failures/error-reason.ts";
import type { Log } from "../monitoring/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { FileWatch } from "../tls/file-watch.ts";
import { keepValid } from "../tls/keep-valid.ts";
import { type LocalTls, readLocalTls, thisMachine } from "../tls/local-tls.ts";
import type { TlsSettings } from "../tls/tls-settings.ts";

/** What renewing the certificates of a running server needs. */
export interface CertificateServices {
  /** Reads them again, by the configuration that is in use. Throws a `ConfigError` when they cannot be used. */
  readonly read: () => LocalTls;
  /** Shows them to new connections. */
  readonly renew: (settings: TlsSettings) => void;
  readonly now: () => Date;
  readonly log: Log;
}

/** What became of certificates that were read again. */
export interface Renewal {
  readonly level: "info" | "warning" | "error";
  readonly message: string;
}

/** Reads the certificates of a configuration for a runtime. Throws a `ConfigError` that lists everything that is wrong. */
export function readCertificates(
  { server }: Config,
  directory: string,
  runtime: Runtime,
): LocalTls {
  const placed = (messages: readonly string[]): string[] => messages.map((each) => withPlaces(each, server));
  try {
    const tls = readLocalTls(server, thisMachine(directory));
    const refusals = tls.settings === undefined ? [] : runtime.tlsRefusals(tls.settings);
    if (refusals.length > 0) throw new ConfigError(refusals, { warnings: tls.warnings });
    return { ...tls, warnings: placed(tls.warnings) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(placed(error.messages), { cause: error, warnings: placed(error.warnings) });
  }
}

/** A message with the places of the options that it names: `config/reverb.php:14 servers.reverb.options.tls.local_cert`. */
function withPlaces(message: string, { tlsPlaces = {} }: Config["server"]): string {
  return message.replace(/(?<![\w.])options\.tls\.([\w.*-]*\w)/g, (written, path: string) => {
    const names = path.split(".");
    for (let length = names.length; length > 0; length--) {
      const place = tlsPlaces[names.slice(0, length).join(".")], rest = names.slice(length);
      if (place !== undefined) return [place, ...rest].join(".");
    }
    return written;
  });
}

/**
 * Keeps a running server on its newest certificates. One that cannot be used, or is not valid now in place of one that is, is
 * refused, and the one before stays in use.
 */
export class Certificates {
  readonly #services: CertificateServices;
  readonly #watch: FileWatch | undefined;
  #used: LocalTls;
  /** The lines of the last look, so that a fault that stays is logged once. */
  #reported = "";
  #isPaused = false;

  constructor(used: LocalTls, services: CertificateServices) {
    this.#used = used;
    this.#services = services;
    // A server that speaks plain ws stays plain until a restart, so there is no file to watch.
    if (used.settings !== undefined) this.#watch = new FileWatch(used.sources, () => this.#look());
  }

  /** Uses the certificates that were read for a new configuration. Returns what became of it; nothing when nothing has changed. */
  replace(next: LocalTls): readonly Renewal[] {
    const before = this.#used.settings;
    if ((before === undefined) !== (next.settings === undefined)) {
      const change = before === undefined ? "plain ws to wss" : "wss to plain ws";
      return [{ level: "warning", message: `The change from ${change} needs a restart` }];
    }
    if (before === undefined || next.settings === undefined) return [];
    const { settings, warnings } = keepValid(before, next.settings, this.#services.now());
    const kept = warnings.map((message): Renewal => ({ level: "warning", message }));
    if (JSON.stringify(before) === JSON.stringify(settings)) {
      // The new files are the ones to watch, for when they are mended.
      if (kept.length > 0) this.#watch?.watch(next.sources);
      return kept;
    }
    try {
      this.#services.renew(settings);
    } catch (error) {
      return [{ level: "error", message: `The new certificate is not in use: ${errorMessage(error)}` }];
    }
    this.#used = { ...next, settings };
    this.#watch?.watch(next.sources);
    const line = settings.certificate.chain === next.settings.certificate.chain ? ` ${next.line}` : "";
    return [{ level: "info", message: `New connections get the new certificate.${line}` }, ...kept];
  }

  /** Renews nothing while another process takes the place of this one. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Renews again, and what has changed meanwhile. */
  goOn(): void {
    this.#isPaused = false;
    if (this.#watch !== undefined) this.#look();
  }

  stop(): void {
    this.#watch?.stop();
  }

  #look(): void {
    if (this.#isPaused) return;
    const lines = this.#outcome();
    const text = lines.map(({ message }) => message).join("\n");
    if (text === this.#reported) return;
    this.#reported = text;
    for (const { level, message } of lines) this.#services.log[level]("certificate_renewed", message);
  }

  /** Reads the certificates again and uses them. Returns what there is to log. */
  #outcome(): Renewal[] {
    try {
      const next = this.#services.read();
      const renewals = this.replace(next);
      if (renewals.length === 0) return [];
      return [...renewals, ...next.warnings.map((message) => ({ level: "warning" as const, message }))];
    } catch (error) {
      // An unforeseen error too: a running server does not end because of a file.
      const messages = error instanceof ConfigError ? error.messages : [String(error)];
      const kept = "The changed certificate is refused, the one before stays in use";
      return [...messages, kept].map((message) => ({ level: "error", message }));
    }
  }
}
