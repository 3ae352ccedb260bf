import type { ApplicationConfig } from "./config.ts";

/** A random whole number from 0 to `below` - 1; a parameter so that tests are repeatable. */
export type RandomInteger = (below: number) => number;

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Turns the settings of an application without credentials into one to develop with: a made-up id, key and secret of the shapes that
 * `reverb:install` writes (six digits, twice twenty lower-case letters and digits), open to every origin.
 */
export function makeDevelopmentApplication(
  settings: ApplicationConfig,
  random: RandomInteger,
): ApplicationConfig {
  return {
    ...settings,
    id: String(100_000 + random(900_000)),
    key: randomText(20, random),
    secret: randomText(20, random),
    allowedOrigins: ["*"],
    acceptClientEventsFrom: "members",
  };
}

function randomText(length: number, random: RandomInteger): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}
