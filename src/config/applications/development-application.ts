import type { ApplicationConfig } from "../config.ts";

/** A random whole number from 0 to `below` - 1. A parameter, so that tests are repeatable. */
export type RandomInteger = (below: number) => number;

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Makes up credentials as `reverb:install` does: an id of six digits, a key and a secret of twenty lower-case letters and digits. */
export function makeCredentials(random: RandomInteger): Pick<ApplicationConfig, "id" | "key" | "secret"> {
  return {
    id: String(100_000 + random(900_000)),
    key: randomText(20, random),
    secret: randomText(20, random),
  };
}

/** Makes an application to develop with: the given settings with made-up credentials, open to every origin. */
export function makeDevelopmentApplication(
  settings: ApplicationConfig,
  random: RandomInteger,
): ApplicationConfig {
  return {
    ...settings,
    ...makeCredentials(random),
    allowedOrigins: ["*"],
    acceptClientEventsFrom: "members",
  };
}

function randomText(length: number, random: RandomInteger): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}
