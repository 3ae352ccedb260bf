import { join } from "node:path";

/**
 * What browsers load of the dashboard, as the text of a JSON file: `script`, `themeScript` and `stylesheet`, each with everything
 * that it needs. The same sources and the same Bun make the same text on every machine. Throws when the sources do not build.
 */
export async function bundleClient(root: string): Promise<string> {
  const client = join(root, "src/dashboard/client");
  const [script, themeScript, own, charts] = await Promise.all([
    bundle(join(client, "main.ts"), "esm"),
    bundle(join(client, "theme.ts"), "iife"),
    bundle(join(client, "dashboard.css"), "esm"),
    bundle(join(root, "node_modules/uplot/dist/uPlot.min.css"), "esm"),
  ]);
  const texts = { script, themeScript, stylesheet: charts + own };
  return `${JSON.stringify(texts, undefined, 2)}\n`;
}

async function bundle(entry: string, format: "esm" | "iife"): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "browser",
    format,
    minify: true,
    sourcemap: "none",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) throw new Error(`${entry} does not make one file`);
  return (await output.text()).trim();
}
