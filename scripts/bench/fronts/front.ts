import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeCertificate } from "../../../test/support/certificates.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { forgetProcess, noteProcess } from "../../../test/support/leftovers.ts";
import { packagedFile } from "../../../test/support/proxies.ts";
import { accepts } from "../../../test/support/proxy-process.ts";
import { scratchFolder } from "../contenders/server-process.ts";
import { telling } from "../contenders/telling.ts";
import { pinned, SERVER_CORE } from "../machine/pinned.ts";

/** A proxy that ends TLS in front of a server, in one process on the server's processor. */
export interface Front {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Where a proxy passes on to: a port, or the path of a Unix socket. */
export type Upstream = number | string;

/** How to have a proxy. */
export interface FrontKind {
  /** `nginx`, as one types it. */
  readonly program: string;
  /** Writes the packaged file with what a measurement changes into a folder, and answers with the command line. */
  configure(place: FrontPlace): readonly string[];
}

/** Where a proxy listens, what it passes on to, and the folder for its files. */
export interface FrontPlace {
  readonly folder: string;
  readonly port: number;
  readonly upstream: Upstream;
  readonly certificate: MadeCertificate;
}

/** Milliseconds until which a proxy must listen, and between two looks. */
const PATIENCE = 20_000, LOOK = 10;
/** Connections of a proxy at most. */
const CONNECTIONS = 16_000;

/** nginx with the packaged site. */
export const nginx: FrontKind = {
  program: "nginx",
  configure({ folder, port, upstream, certificate }) {
    const letsEncrypt = "/etc/letsencrypt/live/ws.example.com";
    const site = packagedFile("nginx.conf", {
      "listen 443 ssl;": `listen 127.0.0.1:${port} ssl;`,
      "listen [::]:443 ssl;": "",
      [`${letsEncrypt}/fullchain.pem`]: write(folder, "certificate.pem", certificate.certificate),
      [`${letsEncrypt}/privkey.pem`]: write(folder, "key.pem", certificate.key),
      "server unix:/run/resound/resound.sock": `server ${
        typeof upstream === "string" ? `unix:${upstream}` : `127.0.0.1:${upstream}`
      }`,
    });
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${folder};`).join("\n");
    const file = write(
      folder,
      "nginx.conf",
      `daemon off;\nmaster_process off;\npid ${folder}/nginx.pid;\nerror_log stderr;\n` +
        `worker_rlimit_nofile ${CONNECTIONS};\nevents { worker_connections ${CONNECTIONS}; }\n` +
        `http {\naccess_log off;\n${folders}\n${site}\n}\n`,
    );
    return ["nginx", "-p", folder, "-e", "stderr", "-c", file];
  },
};

/** HAProxy with the packaged file. */
export const haproxy: FrontKind = {
  program: "haproxy",
  configure({ folder, port, upstream, certificate }) {
    const file = packagedFile("haproxy.cfg", {
      "log /dev/log local0": "",
      "log global": "",
      "user haproxy": "",
      "group haproxy": "",
      "maxconn 20000": `maxconn ${CONNECTIONS / 2}`,
      "bind :::443 v4v6 ssl crt /etc/haproxy/certs/ws.example.com.pem": `bind 127.0.0.1:${port} ssl crt ${
        write(folder, "both.pem", certificate.certificate + certificate.key)
      }`,
      "server resound 127.0.0.1:8080": `server resound ${
        typeof upstream === "string" ? `unix@${upstream}` : `127.0.0.1:${upstream}`
      }`,
    });
    return ["haproxy", "-db", "-f", write(folder, "haproxy.cfg", file)];
  },
};

/** Caddy with the packaged file. */
export const caddy: FrontKind = {
  program: "caddy",
  configure({ folder, port, upstream, certificate }) {
    const certificates = [
      write(folder, "certificate.pem", certificate.certificate),
      write(folder, "key.pem", certificate.key),
    ];
    const site = packagedFile("Caddyfile", {
      "\nws.example.com {": `\nhttps://:${port} {\n\ttls ${certificates.join(" ")}`,
      "reverse_proxy 127.0.0.1:8080": `reverse_proxy ${
        typeof upstream === "string" ? `unix/${upstream}` : `127.0.0.1:${upstream}`
      }`,
    });
    const file = write(
      folder,
      "Caddyfile",
      `{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n${site}`,
    );
    return ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
  },
};

/** Starts a proxy; resolves when its port accepts connections. Throws, with its output, when it ends before. */
export async function startFront(
  kind: FrontKind,
  { upstream, certificate }: Pick<FrontPlace, "upstream" | "certificate">,
): Promise<Front> {
  const folder = mkdtempSync(join(scratchFolder(), "front-")), port = await freePort();
  const command = kind.configure({ folder, port, upstream, certificate });
  const child = Bun.spawn(pinned(SERVER_CORE, command), {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    stdio: ["ignore", "ignore", Bun.file(join(folder, "errors.log"))],
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
    forgetProcess(child.pid);
  };
  const end = performance.now() + PATIENCE;
  while (!await accepts(port)) {
    if (child.exitCode !== null || performance.now() > end) {
      await stop();
      const said = await Bun.file(join(folder, "errors.log")).text();
      throw new Error(`${kind.program} does not listen: ${telling(said)}`);
    }
    await Bun.sleep(LOOK);
  }
  return { pid: child.pid, port, stop };
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
