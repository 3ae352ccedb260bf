import {
  type ApplicationCandidate,
  isBlank,
  readApplication,
  refuseDuplicates,
} from "./application-config.ts";
import type { ApplicationConfig } from "./config.ts";
import { makeDevelopmentApplication, type RandomInteger } from "./development-application.ts";
import type { Environment } from "./environment.ts";
import type { Findings } from "./findings.ts";
import type { AnySetting } from "./setting.ts";
import { EnvironmentSource } from "./setting-source.ts";

/** The one application that environment variables describe. */
export function environmentApplication(environment: Environment): ApplicationCandidate {
  return {
    sources: [new EnvironmentSource(environment)],
    missing: ({ env }: AnySetting) =>
      `${env} is not set; an application needs REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET`,
    php: false,
  };
}

/**
 * Reads all applications. When nobody wrote credentials anywhere, the result is one made-up development application, except where
 * `APP_ENV` is `production`: there a server that no client can know the key of is a mistake.
 */
export function readApplications(
  candidates: readonly ApplicationCandidate[],
  environment: Environment,
  random: RandomInteger,
  findings: Findings,
): { applications: ApplicationConfig[]; development: boolean } {
  if (!candidates.every(isBlank)) {
    const applications = candidates.map((candidate) => readApplication(candidate, findings));
    refuseDuplicates(candidates, applications, findings);
    return { applications, development: false };
  }
  if (environment.get("APP_ENV")?.value === "production") {
    findings.error(
      "No application is configured: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment",
    );
    return { applications: [], development: false };
  }
  // Limits may be set although credentials are not; they hold for the made-up application too.
  const { sources, php } = candidates[0] ?? environmentApplication(environment);
  const settings = readApplication({ sources, php }, findings);
  return { applications: [makeDevelopmentApplication(settings, random)], development: true };
}
