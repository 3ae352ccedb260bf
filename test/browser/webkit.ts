import { existsSync } from "node:fs";
import { freePort } from "../support/free-port.ts";
import { temporaryDirectory } from "../support/start-server.ts";
import type { BrowserPage, TestBrowser } from "./browser-page.ts";
import { startProgram } from "./start-program.ts";
import { WebDriverSession } from "./web-driver-session.ts";

const DRIVER = "/usr/bin/WebKitWebDriver", DISPLAY = "/usr/bin/Xvfb";
/** The browser that comes with the library. */
const BROWSER = ["x86_64", "aarch64"].map((machine) =>
  `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`
)
  .find((path) => existsSync(path));

/** Why there is no WebKit to test with. */
export const noWebKit = BROWSER === undefined || !existsSync(DRIVER)
  ? `there is no ${DRIVER} (Debian package webkit2gtk-driver)`
  : existsSync(DISPLAY)
  ? undefined
  : `WebKitGTK needs ${DISPLAY} (Debian package xvfb)`;

/** Opens Debian's WebKitGTK on a display that nothing shows. `proxy` is the port of one for https and wss. */
export async function openWebKit(proxy?: number): Promise<TestBrowser> {
  await using stack = new AsyncDisposableStack();
  const home = temporaryDirectory();
  const display = startProgram([
    DISPLAY,
    "-displayfd",
    "1",
    "-nolisten",
    "tcp",
    "-screen",
    "0",
    "1280x860x24",
  ], {});
  stack.defer(display.end);
  const number = await display.output.waitFor(/^\d+$/), port = await freePort();
  const driver = startProgram([DRIVER, "--host=127.0.0.1", `--port=${port}`], {
    DISPLAY: `:${number}`,
    GDK_BACKEND: "x11",
    HOME: home,
    XDG_CACHE_HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    LIBGL_ALWAYS_SOFTWARE: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    // No bus of the desktop, which a server does not have.
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
    GTK_A11Y: "none",
  });
  stack.defer(driver.end);
  const way = proxy === undefined ? [] : [`--proxy=http://127.0.0.1:${proxy}`];
  const session = await WebDriverSession.open(`http://127.0.0.1:${port}`, {
    acceptInsecureCerts: true,
    "webkitgtk:browserOptions": { binary: BROWSER, args: ["--automation", ...way] },
  });
  stack.defer(() => session.end());
  const resources = stack.move();
  let isFirst = true;
  return {
    async newPage(): Promise<BrowserPage> {
      const handle = isFirst ? await session.window() : await session.newWindow();
      isFirst = false;
      return {
        goto: (url) => session.in(handle, "POST", "/url", { url }),
        evaluate: (expression) =>
          session.in(handle, "POST", "/execute/sync", { script: `return (${expression})`, args: [] }),
        close: async () => void await session.in(handle, "DELETE", "/window"),
      };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
