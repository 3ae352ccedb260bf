import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { freePort } from "../../support/free-port.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { Peer } from "../../support/peer.ts";
import { folderWith } from "../../support/run-resound.ts";
import { denoFolder, serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";

const elsewhere = skipWhen(
  serverTarget() !== "bun",
  "the way over: another target reads the same configuration",
);
const SHOP = { id: "shop", key: "shop-key", secret: "shop-secret" };
/** The variables of the harness, which would be an application of our own. */
const NONE = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };

/** A reader of a page who does what it says, in a folder with the lines of its first `.env`. */
class Reader implements AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  readonly outputs = new Map<string, string>();
  server: RunningServer | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /** `port` is the one that the page has. */
  static async of(page: MarkdownPage, beginning: string, port: string): Promise<Reader> {
    const free = await freePort(), env = page.code("ini", beginning).replaceAll(port, String(free));
    return new Reader(folderWith({ ".env": env }), free);
  }

  /** Runs a command; a server runs until the next one starts. */
  async follow(command: string): Promise<void> {
    const [, rest] = /^resound start ?(.*)$/.exec(command) ?? [];
    if (rest === undefined) return await this.#run(command);
    await this.server?.stop();
    const args = [...rest.split(" ").filter(Boolean), "--port", String(this.port)];
    this.server = await startServer({ directory: this.folder, args, env: NONE });
  }

  /** An event of the application reaches a client of the running server. */
  async works(): Promise<void> {
    await using peer = await Peer.connect(this.server!, { application: SHOP });
    await peer.subscribed("orders");
    expect((await new ApiClient(this.server!, SHOP).trigger("orders", "e", "d")).status).toBe(200);
    expect((await peer.nextEvent("e")).data).toBe("d");
  }

  async #run(command: string): Promise<void> {
    const shim = join(this.folder, "resound");
    writeFileSync(shim, `#!/bin/sh\nexec ${serverCommand(serverTarget()).join(" ")} "$@"\n`);
    chmodSync(shim, 0o755);
    const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
    const child = Bun.spawn(["sh", "-c", command], {
      cwd: this.folder,
      env: { PATH: `${this.folder}:${PATH}`, HOME, TMPDIR, ...denoFolder() },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    expect({ command, code: await child.exited, stderr }).toEqual({ command, code: 0, stderr: "" });
    this.outputs.set(command, stdout);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server?.stop();
  }
}

describe.skipIf(elsewhere)("a reader who follows the page", () => {
  test("from-soketi.md goes over with soketi's variables, and then with a file of Resound's", async () => {
    const page = new MarkdownPage("docs/from-soketi.md");
    await using reader = await Reader.of(page, "SOKETI_PORT", "6001");
    const [config, start, migrate, again, ...others] = page.commands;
    expect(others).toEqual([]);
    await reader.follow(config!);
    expect(reader.outputs.get(config!)).toMatch(
      /key +•+ \(8 characters\)|key +shop-key +\.env:3 SOKETI_DEFAULT_APP_KEY/,
    );
    await reader.follow(start!);
    await reader.works();
    const ready = await fetch(`${reader.server!.url}/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, "OK"]);
    await reader.follow(migrate!);
    expect(reader.read("resound.toml")).toContain('app_id = "shop"');
    await reader.follow(again!);
    await reader.works();
  });

  test("from-pusher.md goes over with Pusher's variables, and then with Reverb's", async () => {
    const page = new MarkdownPage("docs/from-pusher.md");
    await using reader = await Reader.of(page, "BROADCAST_CONNECTION", "6001");
    const [config, start, migrate, again, ...others] = page.commands;
    expect(others).toEqual([]);
    await reader.follow(config!);
    await reader.follow(start!);
    await reader.works();
    await reader.follow(migrate!);
    const lines = reader.read("reverb.env");
    expect(lines).toContain("BROADCAST_CONNECTION=reverb\n");
    writeFileSync(join(reader.folder, ".env"), lines);
    await reader.follow(again!);
    await reader.works();
  });

  test("from-reverb.md goes over with Reverb's own variables", async () => {
    const page = new MarkdownPage("docs/from-reverb.md");
    await using reader = await Reader.of(page, "BROADCAST_CONNECTION", "8080");
    for (const command of page.commands) await reader.follow(command);
    await reader.works();
    expect([...reader.outputs.keys()]).toEqual(["resound config", "resound doctor"]);
  });

  test("without --from a start beside soketi's variables ends with one line, and no application is made up", async () => {
    const folder = folderWith({ ".env": "SOKETI_DEFAULT_APP_KEY=k\nSOKETI_PORT=6001\n" });
    const started = startServer({ directory: folder, env: NONE });
    await expect(started).rejects.toThrow(
      "No application is configured. .env:1 SOKETI_DEFAULT_APP_KEY and 1 more variable are variables of soketi: `resound start --from " +
        "soketi` reads them, and `resound migrate soketi` writes them as Resound's own. `resound start --dev` makes one up for a try",
    );
  });
});
