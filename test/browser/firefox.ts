import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../support/start-server.ts";
import { BidiSession } from "./bidi-session.ts";
import type { TestBrowser } from "./browser-page.ts";
import { startProgram } from "./start-program.ts";

const EXECUTABLE = "/usr/bin/firefox-esr";

/** Why there is no Firefox to test with. */
export const noFirefox = existsSync(EXECUTABLE)
  ? undefined
  : `there is no ${EXECUTABLE} (Debian package firefox-esr)`;

/** Nothing of it may reach the network beyond this machine, or open a page of its own. */
const PREFERENCES: Readonly<Record<string, unknown>> = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.update.enabled": false,
  "browser.startup.page": 0,
  "browser.topsites.contile.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.server": "data:,",
};

/**
 * Opens Debian's Firefox with a new profile. It is driven by WebDriver BiDi, the protocol that it has by itself: Playwright needs
 * commands that an ESR does not have yet, and geckodriver is in neither of the package registries.
 */
export async function openFirefox(): Promise<TestBrowser> {
  const profile = temporaryDirectory();
  const lines = Object.entries(PREFERENCES)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const program = startProgram(
    [EXECUTABLE, "--headless", "--remote-debugging-port=0", "--profile", profile, "--no-remote"],
    { HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" },
  );
  const line = await program.output.waitFor(/WebDriver BiDi listening on ws:/);
  const session = await BidiSession.open(`${line.slice(line.indexOf("ws:"))}/session`, {
    acceptInsecureCerts: true,
  });
  return {
    async newPage() {
      const { context } = await session.call("browsingContext.create", { type: "tab" }) as {
        readonly context: string;
      };
      return {
        goto: (url) => session.call("browsingContext.navigate", { context, url, wait: "complete" }),
        evaluate: (expression) => session.evaluate(context, expression),
        close: async () => void await session.call("browsingContext.close", { context }),
      };
    },
    async [Symbol.asyncDispose]() {
      await session.call("browser.close", {});
      session.close();
      await program.end();
    },
  };
}
