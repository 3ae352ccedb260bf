import { configSource } from "../../src/cli/config-options.ts";
import { OwnerLink } from "../../src/bridge/node/owner-link.ts";
import { checkStart } from "../../src/process/check-start.ts";
import { openLog } from "../../src/process/log-output.ts";
import { serve } from "../../src/process/serve.ts";
import { chooseRuntime } from "../../src/runtime/choose-runtime.ts";

// A server that is a node of a bridge, whose place is the first argument. It has a port of its own, and one for its metrics. So the tests
// of clusters can run on a bridge (`MEETS_ON_BRIDGE` in cluster.ts).

const link = await OwnerLink.open(JSON.parse(process.argv[2] ?? ""));
if (typeof link === "string") throw new Error(`Not on the bridge: ${link}`);
const runtime = chooseRuntime(), source = configSource({ host: "127.0.0.1", port: "0" });
const { reading: { config }, tls } = checkStart({ source, runtime, dev: false });
let started: { readonly port: number; readonly metricsText: () => Promise<string> } | undefined;
const code = await serve({ source, config, tls, runtime, log: openLog("text"), debug: false }, {
  // A worker, for all that is shown of several processes.
  ...{ worker: 1, bridge: link },
  control({ server }) {
    started = server;
    return {
      control: {
        watchesRestartSignal: true,
        attach: ({ stop }) => void process.on("SIGTERM", () => stop("SIGTERM")),
        ready() {},
        reloading() {},
        reloaded() {},
        restarted() {},
        reloadRefused() {},
        stopping() {},
        ended() {},
      },
    };
  },
  listening() {
    const hostname = "127.0.0.1", answer = async () => new Response(await started?.metricsText());
    const metrics = Bun.serve({ hostname, port: 0, fetch: answer });
    console.log(
      `Listening on http://${hostname}:${started?.port}\nMetrics: http://${hostname}:${metrics.port}/metrics`,
    );
    return Promise.resolve();
  },
});
process.exit(code);
