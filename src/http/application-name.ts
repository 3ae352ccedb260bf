import type { ApplicationName } from "../hub/applications/application-lookup.ts";

/** The application that a path names below the server's prefix: `/app/{key}`, `/apps/{id}/…`; `undefined` where it names none. */
export function applicationName(path: string, prefix: string): ApplicationName | undefined {
  if (!path.startsWith(`${prefix}/app`)) return undefined;
  const [, kind, written = ""] = path.slice(prefix.length).split("/", 3);
  if (written === "" || kind !== "app" && kind !== "apps") return undefined;
  try {
    return { by: kind === "app" ? "key" : "id", value: decodeURIComponent(written) };
  } catch {
    // An escape that stands for no text: no application has such a name.
    return undefined;
  }
}
