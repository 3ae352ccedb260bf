import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { ROOT } from "../../support/server-target.ts";
import { temporaryDirectory } from "../../support/start-server.ts";

const SCRIPT = join(ROOT, "scripts/packaging/install.sh");
const onWindows = skipWhen(process.platform === "win32", "install.sh: this is Windows");
/** What the made-up executables print, and what makes each of them one of its own. */
const executable = (name: string): string => `#!/bin/sh\n# ${name}\necho 9.9.9\n`;
const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

const NAMES = [
  "linux-x64",
  "linux-x64-baseline",
  "linux-x64-musl",
  "linux-arm64",
  "linux-arm64-musl",
  "darwin-arm64",
];
/** The releases that the HTTP server has: files by path. */
const files = new Map<string, string>();
let server: ReturnType<typeof Bun.serve>;

beforeAll(() => {
  const names = NAMES.map((name) => `resound-${name}`);
  for (const name of names) {
    files.set(`/good/${name}`, executable(name));
    files.set(`/changed/${name}`, `${executable(name)}echo and more\n`);
    files.set(`/broken/${name}`, "#!/bin/sh\nexit 1\n");
  }
  const sums = (text: (name: string) => string): string =>
    names.map((name) => `${sha256(text(name))}  ${name}\n`).join("");
  files.set("/good/SHA256SUMS", sums(executable));
  files.set("/changed/SHA256SUMS", sums(executable));
  files.set("/broken/SHA256SUMS", sums(() => "#!/bin/sh\nexit 1\n"));
  files.set("/empty/SHA256SUMS", "");
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const text = files.get(new URL(request.url).pathname);
      return text === undefined ? new Response("Not found", { status: 404 }) : new Response(text);
    },
  });
});
afterAll(() => server.stop(true));

/** A machine as the script sees it; left out is what there really is. */
interface Machine {
  readonly system?: string;
  readonly processor?: string;
  readonly libc?: "glibc" | "musl";
}

interface Installation {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What is in the target's folder afterwards. */
  readonly left: readonly string[];
  readonly target: string;
}

async function install(
  release: string,
  machine: Machine = {},
  env: Readonly<Record<string, string>> = {},
  command: readonly string[] = ["sh", SCRIPT],
): Promise<Installation> {
  const folder = temporaryDirectory();
  const target = env.RESOUND_BIN ?? join(folder, "resound");
  const child = Bun.spawn([...command], {
    env: {
      PATH: `${pretend(machine)}:${process.env.PATH}`,
      RESOUND_URL: `http://127.0.0.1:${server.port}/${release}/`,
      RESOUND_BIN: target,
      ...env,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr, left: readdirSync(folder), target };
}

/** A folder with commands that describe another machine. */
function pretend({ system = "Linux", processor = "aarch64", libc = "glibc" }: Machine): string {
  const folder = join(temporaryDirectory(), "bin");
  mkdirSync(folder);
  const command = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  command("uname", `case $1 in -s) echo ${system} ;; -m) echo ${processor} ;; esac`);
  const says = libc === "musl" ? "echo 'musl libc (aarch64)' >&2; exit 1" : "echo 'ldd (GNU libc) 2.36'";
  command("ldd", says);
  return folder;
}

test.skipIf(onWindows)(
  "the executable with the right sum is installed, and nothing else is left",
  async () => {
    const { code, stdout, stderr, left, target } = await install("good");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`Installed resound 9.9.9 (resound-linux-arm64) as ${target}\n`);
    expect(readFileSync(target, "utf8")).toBe(executable("resound-linux-arm64"));
    expect(left).toEqual(["resound"]);
  },
);

test.skipIf(onWindows).each<readonly [string, Machine, string]>([
  ["Alpine Linux", { processor: "aarch64", libc: "musl" }, "linux-arm64-musl"],
  ["macOS", { processor: "arm64", system: "Darwin" }, "darwin-arm64"],
])("%s gets its own executable", async (_name, machine, name) => {
  const { target, code } = await install("good", machine);
  expect(code).toBe(0);
  expect(readFileSync(target, "utf8")).toBe(executable(`resound-${name}`));
});

const cpuInfo = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : undefined;
test.skipIf(skipWhen(cpuInfo === undefined, "AVX2: there is no /proc/cpuinfo"))(
  "an x64 machine gets the executable for its processor",
  async () => {
    const { target, code } = await install("good", { processor: "x86_64" });
    expect(code).toBe(0);
    const name = /\bavx2\b/.test(cpuInfo ?? "") ? "resound-linux-x64" : "resound-linux-x64-baseline";
    expect(readFileSync(target, "utf8")).toBe(executable(name));
  },
);

test.skipIf(onWindows)("a wrong sum changes nothing", async () => {
  const { code, stderr, left } = await install("changed");
  expect(code).toBe(1);
  const [expected, found] = ["good", "changed"].map((release) =>
    sha256(files.get(`/${release}/resound-linux-arm64`) ?? "")
  );
  expect(stderr).toBe(
    `Cannot install Resound: the sum of http://127.0.0.1:${server.port}/changed/resound-linux-arm64 is wrong: ` +
      `expected ${expected}, got ${found}. Nothing was changed.\n`,
  );
  expect(left).toEqual([]);
});

test.skipIf(onWindows)("a sum that is known from elsewhere decides, not the one of the release", async () => {
  const right = sha256(files.get("/changed/resound-linux-arm64") ?? "");
  expect((await install("changed", {}, { RESOUND_SHA256: right })).code).toBe(0);
  expect((await install("good", {}, { RESOUND_SHA256: right })).stderr).toContain("is wrong: expected");
});

test.skipIf(onWindows)("what does not run here is not installed, although its sum is right", async () => {
  const { code, stderr, left } = await install("broken");
  expect([code, left]).toEqual([1, []]);
  expect(stderr).toContain("resound-linux-arm64 does not run here. Nothing was changed. On Alpine it needs");
});

test.skipIf(onWindows).each<readonly [string, string, Machine, Record<string, string>, string]>([
  ["a release without this platform", "empty", {}, {}, "/empty/SHA256SUMS has no resound-linux-arm64."],
  ["no release", "nowhere", {}, {}, "/nowhere/SHA256SUMS could not be downloaded."],
  ["an unknown processor", "good", { processor: "riscv64" }, {}, "no executable for the processor riscv64."],
  ["an unknown system", "good", { system: "FreeBSD" }, {}, "knows Linux and macOS, not FreeBSD."],
  ["no address", "good", {}, { RESOUND_URL: "" }, "RESOUND_URL is not set"],
  [
    "no folder",
    "good",
    {},
    { RESOUND_BIN: "/nowhere/resound" },
    "there is no folder /nowhere (RESOUND_BIN).",
  ],
])("%s is named, and nothing is left", async (_name, release, machine, env, reason) => {
  const { code, stderr, left } = await install(release, machine, env);
  expect([code, left]).toEqual([1, []]);
  expect(stderr).toMatch(/^Cannot install Resound: /m);
  expect(stderr).toContain(reason);
});

const root = process.getuid?.() === 0;
const cannotDrop = root && Bun.which("setpriv") === null;
test.skipIf(
  onWindows || skipWhen(cannotDrop, "write permission: root has it everywhere, and setpriv is missing"),
)(
  "without the permission to write nothing is downloaded",
  async () => {
    const folder = temporaryDirectory();
    // The folder of this repository may be closed to others.
    const script = join(folder, "install.sh");
    copyFileSync(SCRIPT, script);
    chmodSync(folder, 0o555);
    const asOther = root ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    const options = { RESOUND_BIN: join(folder, "resound"), PATH: process.env.PATH ?? "" };
    const { code, stderr } = await install("nowhere", {}, options, [...asOther, "sh", script]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Cannot install Resound: no permission to write to ${folder}. ` +
        "Run this as root, or choose another file with RESOUND_BIN.\n",
    );
    chmodSync(folder, 0o755);
  },
);

test.skipIf(skipWhen(Bun.which("shellcheck") === null, "shellcheck is not installed"))(
  "shellcheck finds nothing in the script",
  () => {
    const { stdout, exitCode } = Bun.spawnSync(["shellcheck", "--shell=sh", SCRIPT]);
    expect([stdout.toString(), exitCode]).toEqual(["", 0]);
  },
);
