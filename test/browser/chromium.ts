import { existsSync } from "node:fs";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { PATIENCE } from "../support/patience.ts";
import { temporaryDirectory } from "../support/start-server.ts";

/** Debian's package `chromium`; playwright-core brings no browser and loads none. */
const EXECUTABLE = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

/** Why there is no browser to test with. */
export const noBrowser = EXECUTABLE === undefined
  ? "there is no /usr/bin/chromium (Debian package chromium)"
  : undefined;

/** Nothing of it may reach the network beyond this machine. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with one empty page, and what it complained about. */
export interface OpenBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors on the console, failed scripts, breaches of the content security policy, dialogs that something has opened. */
  readonly complaints: string[];
}

/** Opens a browser with a new profile of its own. */
export async function openBrowser(
  size: { readonly width: number; readonly height: number } = { width: 1280, height: 860 },
): Promise<OpenBrowser> {
  const context = await chromium.launchPersistentContext(temporaryDirectory(), {
    executablePath: EXECUTABLE!,
    args: FLAGS,
    viewport: size,
    // Tests make their certificates on the spot.
    ignoreHTTPSErrors: true,
    timeout: PATIENCE,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = context.pages()[0] ?? await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
