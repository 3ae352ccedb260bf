import { createHash } from "node:crypto";
import type { Hono } from "hono";
import bundle from "./client-bundle.json" with { type: "json" };
import type { DashboardBindings } from "./dashboard-services.ts";
import type { AssetUrls } from "./views/document.tsx";

const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>` +
  `<g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M11 16h.01"/>` +
  `<path d="M15 11.5a6.4 6.4 0 0 1 0 9"/><path d="M19 8a11.3 11.3 0 0 1 0 16"/></g></svg>`;

/** A file of the page, as it is sent. */
interface Asset {
  readonly text: string;
  readonly type: string;
}

/**
 * The files of the page, by the name under which they are served. The name holds a hash of the content, so that browsers may keep a
 * file for ever. They hold no data of an application, so no sign-in is needed for them.
 */
const files = new Map<string, Asset>();
const script = add("dashboard", "js", "text/javascript; charset=utf-8", bundle.script);
const themeScript = add("theme", "js", "text/javascript; charset=utf-8", bundle.themeScript);
const stylesheet = add("dashboard", "css", "text/css; charset=utf-8", bundle.stylesheet);
const icon = add("icon", "svg", "image/svg+xml", ICON);

/** The URLs of the files, for a dashboard at this path. */
export function assetUrls(path: string): AssetUrls {
  const url = (name: string): string => `${path}/assets/${name}`;
  return {
    script: url(script),
    themeScript: url(themeScript),
    stylesheet: url(stylesheet),
    icon: url(icon),
  };
}

/** Serves the files of the page. */
export function answerAssets(app: Hono<DashboardBindings>): void {
  app.get("/assets/:name", (context) => {
    const asset = files.get(context.req.param("name"));
    if (asset === undefined) return context.notFound();
    return context.body(asset.text, 200, {
      "Content-Type": asset.type,
      "Cache-Control": "public, max-age=31536000, immutable",
    });
  });
}

function add(stem: string, extension: string, type: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const name = `${stem}.${hash}.${extension}`;
  files.set(name, { text, type });
  return name;
}
