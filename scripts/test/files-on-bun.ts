import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../.."), FEATURE = "test/feature";

/**
 * The rooms of test/feature that `feature:bun` leaves to the other two targets: the executable is the same sources on the same runtime,
 * so what these rooms test cannot differ there. What can differ is how the program is started, finds its files and starts itself again:
 * that is in the other rooms, which run on all targets. The sources on Bun also serve the client libraries, Chromium and Laravel.
 */
export const SAME_IN_EXECUTABLE: ReadonlySet<string> = new Set(
  "abuse applications cluster dashboard http monitoring pulse recovery tls webhooks websocket".split(" "),
);

/** In a file that has tests for this target alone, or other expectations there. */
const NAMES_BUN = /serverTarget\(\) [!=]== "bun"/;

/**
 * The feature tests that run on Bun from the sources, relative to the repository's root, in the order of their names. A test that the
 * other targets skip is among them, also in those rooms.
 */
export function filesOnBun(): readonly string[] {
  const paths = readdirSync(resolve(ROOT, FEATURE), { recursive: true, encoding: "utf8" });
  return paths.map((path) => `${FEATURE}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".test.ts"))
    .filter((path) =>
      !SAME_IN_EXECUTABLE.has(path.split("/")[2] ?? "") ||
      NAMES_BUN.test(readFileSync(resolve(ROOT, path), "utf8"))
    )
    .sort();
}
