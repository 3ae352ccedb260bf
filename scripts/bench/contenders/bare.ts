import { resolve } from "node:path";
import { freePort } from "../../../test/support/free-port.ts";
import type { ContenderKind } from "./contender.ts";
import { startProcess } from "./server-process.ts";

/** The ceiling: `Bun.serve` doing the least possible for the same clients. */
export const bare: ContenderKind = {
  id: "bare",
  name: "bare Bun.serve",
  isOurs: false,
  lacks: ["redis", "workers", "compression", "pace", "unix socket", "handover", "recovery"],
  prepare: () => Promise.resolve({ kind: "ready", version: `Bun ${Bun.version}` }),
  async start({ tls }) {
    const port = await freePort();
    return startProcess({
      command: [process.execPath, resolve(import.meta.dir, "bare-server.ts")],
      env: {
        PORT: String(port),
        ...(tls === undefined ? {} : { CERTIFICATE: tls.certificate, KEY: tls.key }),
      },
      target: { port, secure: tls !== undefined, dialect: { kind: "bare" } },
    });
  },
};
