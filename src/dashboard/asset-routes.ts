import type { Hono } from "hono";
import { ASSETS } from "./assets.ts";
import type { DashboardBindings } from "./dashboard-services.ts";

/** The files of the page; each name stands for one content for ever. */
export function answerAssets(app: Hono<DashboardBindings>): void {
  app.get("/assets/:name", (context) => {
    const asset = ASSETS.get(context.req.param("name"));
    if (asset === undefined) return context.notFound();
    return context.body(asset.text, 200, {
      "Content-Type": asset.type,
      "Cache-Control": "public, max-age=31536000, immutable",
    });
  });
}
