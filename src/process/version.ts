import manifest from "../../package.json" with { type: "json" };

declare const RESOUND_COMMIT: string | undefined;

/** The version of this server, with the commit where the executable was built from one. */
export function versionText(): string {
  const commit = typeof RESOUND_COMMIT === "string" ? ` (${RESOUND_COMMIT})` : "";
  return `${manifest.version}${commit}`;
}
