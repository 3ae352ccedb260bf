import { expect, test } from "bun:test";
import { nameHandshake } from "../../../src/http/recovery-cookies.ts";
import { requestTarget } from "../../../src/http/request-target.ts";
import { RecoveringHub } from "../../support/recovering-page.ts";

interface Call {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cameByHttps?: boolean;
}

/** The cookies in the answer to a handshake, and the names that it brought. */
function handshake(
  { url = "http://ws.example/app/app-key?protocol=7", headers = {}, cameByHttps }: Call = {},
) {
  const recovery = new RecoveringHub().fake.hub.recovery!;
  const request = new Request(url, { headers });
  const caller = { address: "127.0.0.1", ...(cameByHttps === undefined ? {} : { cameByHttps }) };
  return nameHandshake(recovery, request, requestTarget(url), caller, true);
}

/** The attributes of the cookie that names the connection. */
const attributes = (call: Call): string => handshake(call).cookies[0]!.replace(/^[^;]*; /, "");

test("the cookie's name is random, its end that of the browser's session, and pages may read it", () => {
  const { cookies, naming } = handshake();
  expect(cookies).toEqual([`${naming.name}=1; Path=/app/app-key; SameSite=Lax`]);
  expect(naming.name).toMatch(/^resound-[0-9a-f]{8}-[0-9a-z]+-[\w-]{16}$/);
});

test.each([
  ["http://ws.example/app/app-key", {}, "/app/app-key"],
  ["http://ws.example/app/app-key/", {}, "/app/app-key"],
  ["http://ws.example/ws/app/app-key", {}, "/ws/app/app-key"],
  ["http://ws.example/app/app-key", { "X-Forwarded-Prefix": "/realtime" }, "/realtime/app/app-key"],
  ["http://ws.example/app/app-key", { "X-Forwarded-Prefix": "/a/b/" }, "/a/b/app/app-key"],
  ["http://ws.example/app/app-key", { "X-Forwarded-Prefix": "/; Domain=evil.example" }, "/app/app-key"],
  ["http://ws.example/app/app-key", { "X-Forwarded-Prefix": "//evil.example" }, "/app/app-key"],
])("the path at %s with %j is %s", (url, headers, path) => {
  expect(attributes({ url, headers })).toBe(`Path=${path}; SameSite=Lax`);
});

test("a path that would end the attribute gets no cookie", () => {
  expect(handshake({ url: "http://ws.example/app/a;b" }).cookies).toEqual([]);
});

const FOREIGN = "Path=/app/app-key; Secure; SameSite=None; Partitioned";
const OWN = "Path=/app/app-key; SameSite=Lax";

test.each([
  ["https://ws.example:6001", "https://ws.example/app/app-key", undefined, OWN],
  ["https://shop.example", "https://ws.example/app/app-key", undefined, FOREIGN],
  ["https://shop.example", "http://ws.example/app/app-key", true, FOREIGN],
  // A proxy that says nothing about https.
  ["https://shop.example", "http://ws.example/app/app-key", undefined, FOREIGN],
  ["https://ws.example", "http://ws.example/app/app-key", undefined, OWN],
  // Another scheme is another site.
  ["http://ws.example", "https://ws.example/app/app-key", undefined, FOREIGN],
  ["http://shop.example", "http://ws.example/app/app-key", undefined, OWN],
  ["null", "https://ws.example/app/app-key", undefined, OWN],
  [undefined, "https://ws.example/app/app-key", undefined, OWN],
])(
  "from %s to %s (https by a proxy: %s) it has the attributes of its site",
  (origin, url, cameByHttps, expected) => {
    const headers = { Host: "ws.example", ...(origin === undefined ? {} : { Origin: origin }) };
    expect(attributes({ url, headers, ...(cameByHttps === undefined ? {} : { cameByHttps }) })).toBe(
      expected,
    );
  },
);

/** A jar of so many names of the application, made `age` seconds ago and before that, a second apart. */
function jar(count: number, age: number, tag = handshake().naming.name.slice(8, 16)): string[] {
  const now = Math.floor((1_700_000_000_000 + 1_000_000) / 1000);
  return Array.from(
    { length: count },
    (_, index) => `resound-${tag}-${(now - age - index).toString(36)}-${String(index).padStart(16, "x")}`,
  );
}

const cookie = (names: readonly string[]): Record<string, string> => ({
  Cookie: ["laravel_session=abc", ...names.map((name) => `${name}=1`)].join("; "),
});

test("a handshake deletes unknown names that are older than a minute, at most 16", () => {
  const old = jar(30, 61), { cookies, naming } = handshake({ headers: cookie(old) });
  expect(naming.named).toHaveLength(30);
  expect(naming.deleted).toHaveLength(16);
  // The oldest first.
  expect(naming.deleted[0]).toBe(old.at(-1)!);
  expect(cookies).toHaveLength(17);
  expect(cookies[1]).toBe(`${old.at(-1)}=; Path=/app/app-key; SameSite=Lax; Max-Age=0`);
});

test("of a jar with 180 names the 32 newest are looked at", () => {
  const names = jar(180, 61), { naming } = handshake({ headers: cookie([...names].reverse()) });
  expect(naming.named).toEqual(names.slice(0, 32));
});

test("young names and those of other applications stay", () => {
  expect(handshake({ headers: cookie(jar(10, 5)) }).naming.deleted).toEqual([]);
  const { naming } = handshake({ headers: cookie(jar(30, 600, "00000000")) });
  expect([naming.named, naming.deleted]).toEqual([[], []]);
});

test("of more than 16 names the oldest go, also young ones", () => {
  const names = jar(20, 1), { naming } = handshake({ headers: cookie(names) });
  expect(naming.deleted).toEqual(names.slice(15).reverse());
});

test("180 names shrink to 16, with 16 deletions in each handshake", () => {
  let names = jar(180, 61), handshakes = 0;
  while (names.length > 16) {
    const { naming } = handshake({ headers: cookie(names) });
    expect(naming.deleted.length).toBeLessThanOrEqual(16);
    names = names.filter((name) => !naming.deleted.includes(name)).concat(jar(1, 0));
    handshakes++;
  }
  expect(handshakes).toBeLessThanOrEqual(11);
});

test("what another node may know is not deleted, unless the jar is too full", () => {
  const recovery = new RecoveringHub().fake.hub.recovery!;
  const naming = recovery.jars.name(cookie(jar(10, 600))["Cookie"]!, null, false);
  expect(naming.deleted).toEqual([]);
  expect(recovery.jars.name(cookie(jar(20, 600))["Cookie"]!, null, false).deleted).toHaveLength(5);
});

test.each([
  ["nothing", "x=1; resound-=1; resound-00000000-1-short=1; resound", 0],
  ["a jar of 100,000 names", cookie(jar(100_000, 1))["Cookie"]!, undefined],
])("a header with %s does no harm", (_what, header, named) => {
  const recovery = new RecoveringHub().fake.hub.recovery!;
  const naming = recovery.jars.name(header, null, true);
  if (named !== undefined) expect(naming.named).toHaveLength(named);
  expect(naming.deleted.length).toBeLessThanOrEqual(16);
});

test("?resume= names one connection, in the place of the jar; one of another application is none", () => {
  const [own] = jar(1, 5), [foreign] = jar(1, 5, "00000000");
  const url = (name: string): string => `http://ws.example/app/app-key?protocol=7&resume=${name}`;
  expect(handshake({ url: url(own!), headers: cookie(jar(3, 9)) }).naming.named).toEqual([own!]);
  expect(handshake({ url: url(foreign!) }).naming.named).toEqual([]);
  expect(handshake({ url: url("x"), headers: cookie([own!]) }).naming.named).toEqual([own!]);
});
