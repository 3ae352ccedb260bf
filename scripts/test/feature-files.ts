import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "../.."), FEATURE = "test/feature";

/**
 * The rooms of test/feature that `feature:bun` leaves to the other two targets: the executable is the same sources on the same runtime,
 * so what these rooms test cannot differ there. What can differ is how the program is started, finds its files and starts itself again:
 * that is in the other rooms, which run on all targets. The sources on Bun also serve the client libraries, Chromium and Laravel.
 */
export const SAME_IN_EXECUTABLE: readonly string[] =
  "abuse applications cluster dashboard http monitoring pulse recovery tls webhooks websocket".split(" ");

/**
 * The rooms, and the beginnings of files, that `feature:deno` leaves to the executable: what they test is decided by code that knows no
 * runtime, from a configuration, from what Redis answers or from what a proxy sends. What Deno can do otherwise, it does in the other
 * files: listening, sockets, TLS, requests and their bodies, signals, files, Redis connections, processes.
 */
export const SAME_ON_DENO: readonly string[] = [
  ..."abuse/webhook-flood cluster/churn cluster/faults cluster/webhooks monitoring packaging pulse".split(
    " ",
  ),
  ..."cli/cached-config cli/config-files cli/env-file cli/json-log cli/misplaced-parts cli/no-configuration"
    .split(" "),
];

/** The targets that leave files to others, with what they leave. */
const LEFT = { bun: SAME_IN_EXECUTABLE, deno: SAME_ON_DENO };

/**
 * The feature tests that one target runs, relative to the repository's root, in the order of their names. A file that names the target
 * has tests for it alone, or other expectations there, so it is among them wherever it stands.
 */
export function featureFiles(target: keyof typeof LEFT): readonly string[] {
  const namesTarget = new RegExp(`serverTarget\\(\\) [!=]== "${target}"`);
  const isLeft = (path: string): boolean =>
    LEFT[target].some((start) => path.startsWith(`${FEATURE}/${start}`));
  const paths = readdirSync(resolve(ROOT, FEATURE), { recursive: true, encoding: "utf8" });
  return paths.map((path) => `${FEATURE}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".test.ts"))
    .filter((path) => !isLeft(path) || namesTarget.test(readFileSync(resolve(ROOT, path), "utf8")))
    .sort();
}
