import type { ApplicationConfig } from "../../config/config.ts";
import { type PhpData, readPhpSerialized, UnreadablePhp } from "./php-serialized.ts";

/** Reverb's class of applications. */
export const APPLICATION_CLASS = "Laravel\\Reverb\\Application";

const CLASSES = { objects: new Set([APPLICATION_CLASS]), enumerations: new Set<string>() };

/** The id of an application as a PHP node has serialized it. Throws an {@link UnreadablePhp}. */
export function readApplicationId(serialized: unknown): string {
  if (typeof serialized !== "string") throw new UnreadablePhp("no application");
  return applicationId(readPhpSerialized(serialized, CLASSES));
}

/** The id in Reverb's object. Throws an {@link UnreadablePhp}. */
export function applicationId(value: PhpData | undefined): string {
  const isObject = typeof value === "object" && value !== null && value.kind === "object";
  const id = isObject && value.class === APPLICATION_CLASS ? value.properties.get("id") : undefined;
  if (typeof id !== "string") throw new UnreadablePhp("an application without an id");
  return id;
}

/**
 * An application as a PHP node reads it. Its secret is left empty: what is done with a message asks only for the id, and Redis needs no
 * secrets.
 */
export function serializedApplication(application: Omit<ApplicationConfig, "secret">): string {
  const { enabled, maxAttempts, decaySeconds, terminateOnLimit } = application.rateLimiting;
  const rateLimiting = array([
    ["enabled", scalar(enabled)],
    ["max_attempts", scalar(maxAttempts)],
    ["decay_seconds", scalar(decaySeconds)],
    ["terminate_on_limit", scalar(terminateOnLimit)],
  ]);
  const properties: readonly (readonly [name: string, written: string])[] = [
    ["id", scalar(application.id)],
    ["key", scalar(application.key)],
    ["secret", scalar("")],
    ["pingInterval", scalar(application.pingInterval)],
    ["activityTimeout", scalar(application.activityTimeout)],
    ["allowedOrigins", array(application.allowedOrigins.map((origin, index) => [index, scalar(origin)]))],
    ["maxMessageSize", scalar(application.maxMessageSize)],
    ["maxConnections", scalar(application.maxConnections ?? null)],
    ["acceptClientEventsFrom", scalar(application.acceptClientEventsFrom)],
    ["rateLimiting", rateLimiting],
    ["options", array([])],
  ];
  const written = properties.map(([name, value]) => scalar(`\0*\0${name}`) + value).join("");
  return `O:${APPLICATION_CLASS.length}:"${APPLICATION_CLASS}":${properties.length}:{${written}}`;
}

function array(entries: readonly (readonly [key: string | number, written: string])[]): string {
  return `a:${entries.length}:{${entries.map(([key, value]) => scalar(key) + value).join("")}}`;
}

function scalar(value: string | number | boolean | null): string {
  if (value === null) return "N;";
  if (typeof value === "boolean") return `b:${value ? 1 : 0};`;
  if (typeof value === "number") return `i:${Math.trunc(value)};`;
  return `s:${Buffer.byteLength(value)}:"${value}";`;
}
