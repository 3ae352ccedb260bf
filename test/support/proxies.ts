import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeCertificate } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { MarkdownPage } from "./markdown-page.ts";
import { ROOT } from "./server-target.ts";
import { temporaryDirectory } from "./start-server.ts";
import { type RunningProxy, startProxy } from "./proxy-process.ts";

/** What a proxy passes on, and to whom. */
export interface ProxyWishes {
  /**
   * The port that the server listens on, or the path of its Unix socket; or the ports of three, which the proxy gets by what
   * docs/web-server.md shows for several servers.
   */
  readonly upstream: number | string | readonly number[];
  /** The server's path prefix. */
  readonly prefix: string;
  /** The packaged files are meant for TLS, and are tried without it as well. */
  readonly certificate?: MadeCertificate;
  /** Turns on what the packaged file has for the dashboard; without it those lines stay comments. */
  readonly dashboard?: {
    /** The port that the dashboard listens on. */
    readonly upstream: number;
    /** The addresses that the proxy lets through to it. */
    readonly allowed: string;
  };
}

/** A packaged file with its lines for the dashboard, which are comments without one blank behind the `#`. */
function withDashboard(text: string, { upstream, allowed }: NonNullable<ProxyWishes["dashboard"]>): string {
  const lines = text.replaceAll(/^([ \t]*)#(?=[^ \n]| {4})/gm, "$1");
  return lines.replaceAll("127.0.0.1:8081", `127.0.0.1:${upstream}`).replaceAll("192.0.2.0/24", allowed);
}

/** A file of scripts/packaging with what an operator would change in it: text for text, each of which MUST be there. */
export function packagedFile(name: string, changes: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(ROOT, "scripts/packaging", name), "utf8");
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`scripts/packaging/${name} has no ${JSON.stringify(from)}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** What docs/web-server.md shows for three servers, with these ports in place of the example's addresses. */
function documentedServers(language: string, beginning: string, ports: readonly number[]): string {
  let code = new MarkdownPage("docs/web-server.md").code(language, beginning).trimEnd();
  for (const [index, port] of ports.entries()) {
    const example = `10.0.0.1${index + 1}:8080`;
    if (!code.includes(example)) throw new Error(`docs/web-server.md has no ${example} after ${beginning}`);
    code = code.replace(example, `127.0.0.1:${port}`);
  }
  if (code.includes("10.0.0.")) throw new Error(`${ports.length} ports are too few for ${beginning}`);
  return code;
}

/** A packaged text with one block of it, which a pattern finds, replaced. */
function withBlock(text: string, pattern: RegExp, block: string): string {
  if (!pattern.test(text)) throw new Error(`No block of the packaged file is found by ${pattern}`);
  return text.replace(pattern, () => block);
}

/** Starts nginx with the packaged site. */
export async function startNginx(
  { upstream, prefix, certificate, dashboard }: ProxyWishes,
): Promise<RunningProxy> {
  const directory = temporaryDirectory();
  const port = await freePort();
  const letsEncrypt = "/etc/letsencrypt/live/ws.example.com";
  const tls = certificate === undefined
    ? {
      "listen 443 ssl;": `listen 127.0.0.1:${port};`,
      [`ssl_certificate ${letsEncrypt}/fullchain.pem;`]: "",
      [`ssl_certificate_key ${letsEncrypt}/privkey.pem;`]: "",
    }
    : {
      "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
      [`${letsEncrypt}/fullchain.pem`]: join(directory, "certificate.pem"),
      [`${letsEncrypt}/privkey.pem`]: join(directory, "key.pem"),
    };
  writeFileSync(join(directory, "certificate.pem"), certificate?.certificate ?? "");
  writeFileSync(join(directory, "key.pem"), certificate?.key ?? "");
  const site = packagedFile("nginx.conf", {
    ...tls,
    "listen [::]:443 ssl;": "",
    ...(typeof upstream === "object" ? {} : {
      "server unix:/run/resound/resound.sock": `server ${
        typeof upstream === "string" ? "unix:" : "127.0.0.1:"
      }${upstream}`,
    }),
    "location ~ ^/apps?/": `location ~ ^${prefix}/apps?/`,
  });
  const several = typeof upstream === "object"
    ? withBlock(
      site,
      /^upstream resound \{[^}]*\}/m,
      documentedServers("nginx", "upstream resound", upstream),
    )
    : site;
  const whole = dashboard === undefined ? several : withDashboard(several, dashboard);
  // One process, so that it may open what the test may open; everything that it writes goes into its folder.
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${directory};`).join("\n");
  writeFileSync(
    join(directory, "nginx.conf"),
    `daemon off;\nmaster_process off;\npid ${directory}/nginx.pid;\nerror_log stderr;\nevents {}\n` +
      `http {\naccess_log off;\n${folders}\n${whole}\n}\n`,
  );
  const command = ["nginx", "-p", directory, "-e", "stderr", "-c", join(directory, "nginx.conf")];
  return await startProxy({ command, directory, port, secure: certificate !== undefined });
}

/** Starts Caddy with the packaged Caddyfile. */
export async function startCaddy(
  { upstream, prefix, certificate, dashboard }: ProxyWishes,
): Promise<RunningProxy> {
  const directory = temporaryDirectory();
  const port = await freePort();
  const keep = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const packaged = packagedFile("Caddyfile", {
    // Caddy makes a certificate for every name; an address with a scheme is how one says no.
    "\nws.example.com {": certificate === undefined
      ? `\nhttp://127.0.0.1:${port} {`
      : `\nhttps://:${port} {\n\ttls ${keep("certificate.pem", certificate.certificate)} ${
        keep("key.pem", certificate.key)
      }`,
    "@resound path /app/* /apps/*": `@resound path ${prefix}/app/* ${prefix}/apps/*`,
    ...(typeof upstream === "object" ? {} : {
      "reverse_proxy 127.0.0.1:8080": `reverse_proxy ${
        typeof upstream === "number" ? `127.0.0.1:${upstream}` : `unix/${upstream}`
      }`,
    }),
  });
  const site = typeof upstream === "object"
    ? withBlock(
      packaged,
      /^\t\treverse_proxy 127\.0\.0\.1:8080 \{\n[^]*?^\t\t\}/m,
      documentedServers("caddyfile", "reverse_proxy", upstream),
    )
    : packaged;
  mkdirSync(join(directory, "caddy"), { recursive: true });
  const file = join(directory, "Caddyfile");
  writeFileSync(
    file,
    `{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n${
      dashboard === undefined ? site : withDashboard(site, dashboard)
    }`,
  );
  const command = ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
  return await startProxy({ command, directory, port, secure: certificate !== undefined });
}

/** Starts HAProxy with the packaged file. */
export async function startHaproxy(
  { upstream, prefix, certificate, dashboard }: ProxyWishes,
): Promise<RunningProxy> {
  const directory = temporaryDirectory();
  const port = await freePort();
  const both = join(directory, "both.pem");
  if (certificate !== undefined) writeFileSync(both, certificate.certificate + certificate.key);
  const packaged = packagedFile("haproxy.cfg", {
    "log /dev/log local0": "",
    "log global": "",
    "user haproxy": "",
    "group haproxy": "",
    "maxconn 20000": "maxconn 100",
    "bind :::443 v4v6 ssl crt /etc/haproxy/certs/ws.example.com.pem": `bind 127.0.0.1:${port}${
      certificate === undefined ? "" : ` ssl crt ${both}`
    }`,
    "path_beg /app/ /apps/": `path_beg ${prefix}/app/ ${prefix}/apps/`,
    ...(typeof upstream === "object" ? {} : {
      "server resound 127.0.0.1:8080": `server resound ${
        typeof upstream === "string" ? `unix@${upstream}` : `127.0.0.1:${upstream}`
      }`,
    }),
  });
  const file = typeof upstream === "object"
    ? withBlock(
      packaged,
      /^backend resound\n(?: .*\n)+/m,
      `${documentedServers("haproxy", "backend resound", upstream)}\n`,
    )
    : packaged;
  writeFileSync(
    join(directory, "haproxy.cfg"),
    dashboard === undefined ? file : withDashboard(file, dashboard),
  );
  const command = ["haproxy", "-db", "-f", join(directory, "haproxy.cfg")];
  return await startProxy({ command, directory, port, secure: certificate !== undefined });
}
