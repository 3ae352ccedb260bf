import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { folderWith, runResound } from "../../support/run-resound.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";

const NAME = "ws.example.com";
const page = new MarkdownPage("docs/operations.md");
const unable = skipWhen(!HAS_OPENSSL, NO_OPENSSL) ||
  skipWhen(process.platform === "win32", "this is Windows");

/** A folder as certbot keeps it, with one certificate. */
async function certbotFolder() {
  const [first, second] = await Promise.all([
    makeCertificate({ hosts: [NAME] }),
    makeCertificate({ hosts: [NAME] }),
  ]);
  const certbot = folderWith({
    [`live/${NAME}/fullchain.pem`]: first.certificate,
    [`live/${NAME}/privkey.pem`]: first.key,
  });
  return { certbot, first, second, lineage: join(certbot, "live", NAME) };
}

const install = (laravel: string, certbot: string, name = NAME, command = serverCommand(serverTarget())) =>
  runResound(["install", "--laravel", laravel, "--certbot", name, "--certbot-config-dir", certbot], {
    command,
  });

const application = (): string => folderWith({ artisan: "", ".env": "A=1\n", "storage/x": "" });

test.skipIf(unable)("certbot brings its certificate to the server, with the lines of the page", async () => {
  const { certbot, first, second, lineage } = await certbotFolder();
  const { code, stdout, stderr } = await install(application(), certbot);
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  const copy = join(certbot, `resound/${NAME}.pem`),
    hook = join(certbot, `renewal-hooks/deploy/resound-${NAME}`);
  expect(stdout.join("\n")).toContain(`certbot runs ${hook} after each renewal`);
  expect(readFileSync(copy, "utf8")).toBe(first.certificate + first.key);
  expect([statSync(copy).mode & 0o777, statSync(hook).mode & 0o777]).toEqual([0o600, 0o755]);

  // The page and the command name the same line, but for certbot's folder.
  const options = page.code("php", "'options'").replace("/etc/letsencrypt", certbot);
  const line = /'tls' => .*/.exec(options)![0];
  expect(stdout.map((each) => each.trim())).toContain(line);
  const variables = page.code("ini", `REVERB_HOST=${NAME}\nREVERB_PORT=8443`).trim().split("\n")
    .map((each) => each.split("=") as [string, string])
    .filter(([name]) => name !== "REVERB_SERVER_PORT" && name !== "REVERB_PORT");
  await using server = await startServer({
    env: Object.fromEntries(variables),
    files: {
      "resound.toml": `[server.options.tls]\nlocal_cert = ${
        /'local_cert' => '([^']*)'/.exec(line)![1]!.replace(/.*/, '"$&"')
      }\n`,
    },
  });
  const trust = (certificate: string) => ({ tls: { ca: certificate, serverName: NAME } });
  await using client = await connect(server, trust(first.certificate));
  await client.established();

  // Another certificate's renewal, then this one's.
  writeFileSync(join(lineage, "fullchain.pem"), second.certificate);
  writeFileSync(join(lineage, "privkey.pem"), second.key);
  const run = (renewed: string): number | null =>
    Bun.spawnSync([hook], { env: { ...process.env, RENEWED_LINEAGE: renewed } }).exitCode;
  expect(run(join(certbot, "live/other.example.com"))).toBe(0);
  expect(readFileSync(copy, "utf8")).toBe(first.certificate + first.key);
  expect(run(lineage)).toBe(0);
  await server.output.waitFor("New connections get the new certificate");
  await using next = await connect(server, trust(second.certificate));
  await next.established();
});

test.skipIf(unable)(
  "run again, under a strict umask and for other hosts, it says what the certificate is for",
  async () => {
    const { certbot, first } = await certbotFolder(), laravel = application();
    const strict = ["sh", "-c", 'umask 077; exec "$@"', "sh", ...serverCommand(serverTarget())];
    expect((await install(laravel, certbot, NAME, strict)).code).toBe(0);
    const modeOf = (path: string): number => statSync(join(certbot, path)).mode & 0o777;
    expect([modeOf("resound"), modeOf(`renewal-hooks/deploy/resound-${NAME}`)]).toEqual([0o755, 0o755]);
    expect(modeOf(`resound/${NAME}.pem`)).toBe(0o600);

    // certbot numbers certificates of the same name; the name is none of a host then.
    const numbered = `${NAME}-0001`, lineage = join(certbot, "live", numbered);
    mkdirSync(lineage);
    writeFileSync(join(lineage, "fullchain.pem"), first.certificate);
    writeFileSync(join(lineage, "privkey.pem"), first.key);
    const again = await install(laravel, certbot, numbered);
    expect(again.code).toBe(0);
    expect(again.stdout.join("\n")).toContain(`set REVERB_HOST=${NAME} and REVERB_SCHEME=https`);
    expect(again.stdout).toContain(
      `The certificate is for ${NAME}: clients accept it for no other REVERB_HOST.`,
    );
    expect(readdirSync(join(certbot, "renewal-hooks/deploy")).sort()).toEqual([
      `resound-${NAME}`,
      `resound-${numbered}`,
    ]);
    expect(readdirSync(join(certbot, "resound")).sort()).toEqual([`${numbered}.pem`, `${NAME}.pem`].sort());
  },
);

test.skipIf(unable)(
  "a host whose certificate certbot keeps is offered it, and one that it covers is kept",
  async () => {
    const { certificate, key } = await makeCertificate({ hosts: ["*.example.com"] });
    const certbot = folderWith({
      [`renewal/${NAME}.conf`]: "",
      "live/example.com/fullchain.pem": certificate,
      "live/example.com/privkey.pem": key,
    });
    const files = { artisan: "", "storage/x": "" };
    const offered = async (host: string) =>
      (await runResound([
        ...["install", "--laravel", folderWith({ ...files, ".env": `REVERB_HOST=${host}\n` })],
        ...["--certbot-config-dir", certbot],
      ])).stdout.filter((line) => line.includes("certbot"));
    expect(await offered(NAME)).toEqual([
      `certbot keeps a certificate for ${NAME}: \`resound install --certbot ${NAME}\`, as root, is for TLS by Resound itself.`,
    ]);
    expect(await offered("other.example.com")).toEqual([]);
    expect(await offered("../renewal/ws.example.com")).toEqual([]);

    const { stdout } = await install(
      folderWith({ ...files, ".env": `REVERB_HOST=${NAME}\n` }),
      certbot,
      "example.com",
    );
    expect(stdout.join("\n")).toContain(`set REVERB_HOST=${NAME} and `);
    expect(stdout.join("\n")).not.toContain("The certificate is for");
  },
);

test.skipIf(unable)("what certbot does not keep is refused, before anything is changed", async () => {
  const { certbot } = await certbotFolder(), laravel = application();
  for (
    const [name, reason] of [["none.example.com", "Cannot read"], [
      "../x",
      "is no name of a certificate",
    ]] as const
  ) {
    const { code, stdout, stderr } = await install(laravel, certbot, name);
    expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
    expect(stderr.join()).toContain(reason);
  }
  expect(existsSync(join(certbot, "renewal-hooks"))).toBe(false);
  expect(readFileSync(join(laravel, ".env"), "utf8")).toBe("A=1\n");
});

test("the page's lines for nginx are those of the packaged site", () => {
  const site = readFileSync(new URL("../../../scripts/packaging/nginx.conf", import.meta.url), "utf8");
  const upstream = page.code("nginx", "upstream resound");
  const server = /server .*;/.exec(upstream)![0];
  expect(site).toContain(`    ${server}\n`);
  for (const line of page.code("ini", `REVERB_HOST=${NAME}\nREVERB_PORT=443`).trim().split("\n")) {
    expect(site).toContain(line);
  }
});

test("the page's lines for HAProxy and Caddy are those that the packaged files name for a Unix socket", () => {
  const packaged = (name: string): string =>
    readFileSync(new URL(`../../../scripts/packaging/${name}`, import.meta.url), "utf8");
  expect(packaged("haproxy.cfg")).toContain(`# ${page.code("haproxy", "server resound").trim()}\n`);
  const place = /unix\/\/\S+/.exec(page.code("caddyfile", "reverse_proxy"))![0];
  expect(packaged("Caddyfile")).toContain(`# On a Unix socket: ${place}, `);
});
