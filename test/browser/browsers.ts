import type { TestBrowser } from "./browser-page.ts";
import { noBrowser, openBrowser } from "./chromium.ts";
import { noFirefox, openFirefox } from "./firefox.ts";
import { noWebKit, openWebKit } from "./webkit.ts";

/** A browser that tests can use where it is installed. */
export interface BrowserKind {
  readonly name: "Chromium" | "Firefox" | "WebKitGTK";
  /** Why it cannot be used here. */
  readonly missing: string | undefined;
  /** `proxy` is the port of one for https and wss, which browsers use that know `*.localhost` as one site. */
  open(proxy?: number): Promise<TestBrowser>;
}

/** The browsers for which Debian has a driver. */
export const BROWSERS: readonly BrowserKind[] = [
  { name: "Chromium", missing: noBrowser, open: openChromium },
  { name: "Firefox", missing: noFirefox, open: openFirefox },
  { name: "WebKitGTK", missing: noWebKit, open: openWebKit },
];

async function openChromium(): Promise<TestBrowser> {
  const browser = await openBrowser();
  return {
    newPage: () => browser.context.newPage(),
    [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose](),
  };
}
