import { dirname, join } from "node:path";
import { bundleClient } from "./dashboard/bundle-client.ts";

/** Where the server finds what browsers load. It is in git, so that a server runs from source with nothing but a runtime. */
const BUNDLE = "src/dashboard/client-bundle.json";

/** Bundles what browsers load of the dashboard; with `--check` only says whether the file in git is up to date. */
if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const text = await bundleClient(root);
  const file = Bun.file(join(root, BUNDLE));
  const current = await file.exists() ? await file.text() : "";
  if (!process.argv.includes("--check")) {
    await Bun.write(file, text);
    console.log(`${BUNDLE}  ${(text.length / 1000).toFixed(1)} kB${text === current ? ", as it was" : ""}`);
  } else if (text !== current) {
    console.error(
      `${BUNDLE} is not what src/dashboard/client makes: run "npx bun run dashboard" and commit it`,
    );
    process.exitCode = 1;
  } else {
    console.log(`${BUNDLE} is up to date`);
  }
}
