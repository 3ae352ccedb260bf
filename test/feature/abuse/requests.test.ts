import { expect, test } from "bun:test";
import { serverTarget } from "../../support/server-target.ts";
import { useAbusedServer } from "../../support/abused-server.ts";
import { ANSWERED_BY_DENO, ENDED_BY_DENO, STATUS_BY_DENO } from "./requests-on-deno.ts";
import { signedBytes } from "../../support/signed-bytes.ts";

const server = useAbusedServer();

const HOST = "Host: x\r\n";
const UP = `GET /up HTTP/1.1\r\n${HOST}\r\n`;
const HEALTHY = '{"health":"OK"}';

function post(headers: string, body: string): string {
  return `POST /apps/app-id/events HTTP/1.1\r\n${HOST}${headers}\r\n\r\n${body}`;
}

function get(target: string, version = "1.1", headers = HOST): string {
  return `GET ${target} HTTP/${version}\r\n${headers}\r\n`;
}

const CHUNKED = "Transfer-Encoding: chunked";
const HIDDEN = `0\r\n\r\n${UP}`;

/** Requests whose end is in doubt, or that are none at all. A status of 0: the connection ends without an answer. */
const BROKEN: ReadonlyArray<readonly [what: string, bytes: string, status: number]> = [
  ["a length and chunks", post(`Content-Length: 4\r\n${CHUNKED}`, HIDDEN), 400],
  ["chunks and a length", post(`${CHUNKED}\r\nContent-Length: 4`, HIDDEN), 400],
  ["two lengths that differ", post("Content-Length: 2\r\nContent-Length: 44", `{}${UP}`), 400],
  ["a list of lengths", post("Content-Length: 2, 2", "{}"), 400],
  ["a negative length", post("Content-Length: -1", "{}"), 400],
  ["a length with a sign", post("Content-Length: +2", "{}"), 400],
  ["a hexadecimal length", post("Content-Length: 0x2", "{}"), 400],
  ["a length with a fraction", post("Content-Length: 2.0", "{}"), 400],
  ["a length in words", post("Content-Length: two", "{}"), 400],
  ["an empty length", post("Content-Length:", "{}"), 400],
  ["a length of 10^23", post(`Content-Length: ${"9".repeat(23)}`, "{}"), 400],
  ["a space before the colon", post("Content-Length : 2", `{}${UP}`), 400],
  ["a compressed body", post("Transfer-Encoding: gzip", "{}"), 400],
  ["an encoding that is none", post("Transfer-Encoding: identity", HIDDEN), 400],
  ["chunks under another encoding", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"), 400],
  ["chunks that are not the last encoding", post("Transfer-Encoding: chunked, identity", HIDDEN), 400],
  ["almost chunks", post("Transfer-Encoding: xchunked", HIDDEN), 400],
  ["chunks with a tab", post("Transfer-Encoding:\tchunked, \x0bchunked", HIDDEN), 400],
  ["two encodings", post(`${CHUNKED}\r\nTransfer-Encoding: identity`, HIDDEN), 400],
  ["a chunk without a size", post(CHUNKED, "zz\r\n{}\r\n0\r\n\r\n"), 400],
  ["a chunk of negative size", post(CHUNKED, "-1\r\n{}\r\n0\r\n\r\n"), 400],
  ["a chunk of 2^80 bytes", post(CHUNKED, `${"f".repeat(20)}\r\n{}\r\n`), 400],
  ["a chunk without its end", post(CHUNKED, "2\r\n{}0\r\n\r\n"), 400],
  ["a folded header", `GET /up HTTP/1.1\r\n${HOST}X-A: a\r\n b\r\n\r\n`, 400],
  ["a header without a colon", `GET /up HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`, 400],
  ["a NUL in a header", `GET /up HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`, 400],
  ["a NUL in a header's name", `GET /up HTTP/1.1\r\n${HOST}X-\0A: a\r\n\r\n`, 400],
  ["no host", get("/up", "1.1", ""), 400],
  ["bare line feeds", UP.replaceAll("\r", ""), 505],
  ["an unknown version", get("/up", "2.0"), 505],
  ["no version", "GET /up\r\n\r\n", 505],
  ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["a NUL in the target", get("/up\0"), 505],
  ["the target *", `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 400],
  ["an unknown method", UP.replace("GET", "FROB"), 0],
  ["a method in lower case", UP.replace("GET", "get"), 0],
  ["a method of 5000 letters", UP.replace("GET", "A".repeat(5000)), 0],
  ["a greeting of TLS", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n", 400],
  ["bytes without a meaning", "\0\x01\x02\xff\xfe\r\n\r\n", 400],
  ["a header of 100,000 bytes", `GET /up HTTP/1.1\r\n${HOST}X: ${"x".repeat(100_000)}\r\n\r\n`, 431],
  ["a URL of 100,000 bytes", get(`/up?${"x".repeat(100_000)}`), 431],
  [
    "a thousand headers",
    `GET /up HTTP/1.1\r\n${Array.from({ length: 1000 }, (_, i) => `X${i}: 1\r\n`).join("")}\r\n`,
    431,
  ],
];

/** Requests that are odd, but have an end: they are answered, and so is the next one on the same connection. */
const ODD: ReadonlyArray<readonly [what: string, bytes: string, status: number]> = [
  ["the same length twice", post("Content-Length: 2\r\nContent-Length: 2", "{}"), 401],
  ["an expectation that is unknown", post("Content-Length: 2\r\nExpect: 200-maybe", "{}"), 401],
  ["a GET with a body", `GET /up HTTP/1.1\r\n${HOST}Content-Length: ${UP.length}\r\n\r\n${UP}`, 200],
  ["an upgrade to HTTP/2", get("/up", "1.1", `${HOST}Upgrade: h2c\r\nConnection: Upgrade\r\n`), 200],
  ["an empty host", get("/up", "1.1", "Host:\r\n"), 200],
  ["a host with a path", get("/up", "1.1", "Host: x/apps/app-id\r\n"), 200],
  ["a host with a query", get("/up", "1.1", "Host: x?a=b\r\n"), 200],
  ["a host that is none", get("/up", "1.1", "Host: [::\r\n"), 200],
  ["a host with a name before it", get("/up", "1.1", "Host: root@x:99999\r\n"), 200],
  ["an absolute URL", get("http://elsewhere.example/up"), 200],
  ["an absolute URL without a path", get("http://elsewhere.example"), 404],
  ["two slashes", get("//up"), 404],
  ["another host in the path", get("//elsewhere.example/up"), 404],
  ["a path that climbs", get("/../../../../etc/passwd"), 404],
  ["a path that climbs in code", get("/apps/%2e%2e/%2e%2e/etc/passwd"), 404],
  ["a path that climbs back to /up", get("/apps/../up"), 200],
  ["a path with encoded slashes", get("/apps%2fapp-id%2fchannels"), 404],
  ["a NUL in code", get("/apps/app-id%00/channels"), 404],
  ["a percent sign alone", get("/apps/%/channels"), 404],
  ["bytes in code that are no UTF-8", get("/apps/%ff%fe%zz/channels?%=%&%%%=1&=&&==&%00"), 404],
  ["bytes in the path that are no UTF-8", get("/apps/\xff\xfe/channels"), 404],
  ["names of JavaScript's own", get("/apps/__proto__/channels"), 404],
  ["another of these", get("/apps/constructor/events"), 405],
  ["an application's name of 15,000 bytes", get(`/apps/${"x".repeat(15_000)}/channels`), 404],
  ["a query of 4,000 parameters", get(`/apps/app-id/channels?${"a=b&".repeat(3900)}`), 401],
  ["a list of 1,000 in the query", get(`/apps/app-id/channels?${"info[]=a&".repeat(1000)}`), 401],
  ["the method TRACE", `TRACE /up HTTP/1.1\r\n${HOST}\r\n`, 405],
  ["the method DELETE", `DELETE /apps/app-id/events HTTP/1.1\r\n${HOST}\r\n`, 405],
  ["a WebSocket without a key", get("/app/app-key", "1.1", `${HOST}Upgrade: websocket\r\n`), 426],
];

const onDeno = serverTarget() === "deno";
const ended = !onDeno ? BROKEN : [
  ...BROKEN.filter(([what]) => !ANSWERED_BY_DENO.has(what)),
  ...ODD.filter(([what]) => ENDED_BY_DENO.has(what)),
].map(([what, bytes]) => [what, bytes, ENDED_BY_DENO.get(what) ?? 400] as const);
const answered = !onDeno ? ODD : [
  ...ODD.filter(([what]) => !ENDED_BY_DENO.has(what))
    .map(([what, bytes, status]) => [what, bytes, STATUS_BY_DENO.get(what) ?? status] as const),
  ...BROKEN.filter(([what]) => ANSWERED_BY_DENO.has(what))
    .map(([what, bytes]) => [what, bytes, ANSWERED_BY_DENO.get(what) ?? 0] as const),
];

test.each(ended)("%s ends the connection, and nothing behind it is answered", async (_, bytes, status) => {
  const raw = await server.raw();
  raw.write(Buffer.concat([Buffer.from(bytes, "latin1"), Buffer.from(UP)]));
  if (status > 0) {
    const answer = await raw.readResponse();
    // A body is read after the head has been judged: then the key that is missing may be told first.
    const early = bytes.includes("chunked") ? [401] : [];
    expect([status, ...early]).toContain(answer.status);
  }
  await raw.ended;
  expect(raw.unread.toString()).not.toContain(HEALTHY);
});

test.each(answered)("%s is answered, and the next request as well", async (_, bytes, status) => {
  const raw = await server.raw();
  raw.write(Buffer.concat([Buffer.from(bytes, "latin1"), Buffer.from(UP)]));
  const answer = await raw.readResponse();
  expect({ status: answer.status, echoes: answer.body.includes("passwd") }).toEqual({
    status,
    echoes: false,
  });
  expect((await raw.readResponse()).body.toString()).toBe(HEALTHY);
  raw.destroy();
});

test.each(["", HOST])(
  "HTTP/1.0 is answered with the header %j, as health checks send it",
  async (headers) => {
    const raw = await server.raw();
    expect((await raw.request(get("/up", "1.0", headers))).body.toString()).toBe(HEALTHY);
    await raw.ended;
  },
);

test("a body that is shorter than its length is waited for, one that is longer is the next request", async () => {
  const body = JSON.stringify({ name: "e", data: "x", channel: "lengths" });
  const bytes = signedBytes("POST", "/events", Buffer.from(body));
  const short = await server.raw();
  short.write(bytes.subarray(0, -1));
  const connections = await server.raw();
  expect((await connections.request(UP)).status).toBe(200);
  short.write(bytes.subarray(-1));
  expect((await short.readResponse()).body.toString()).toBe("{}");

  // Content-Length says two bytes less than there are: the signed body is not what arrives.
  const cut = bytes.toString().replace(
    `Content-Length: ${body.length}`,
    `Content-Length: ${body.length - 2}`,
  );
  expect((await short.request(cut)).status).toBe(401);
  // The two bytes that are left begin a request that is none.
  short.write("\r\n\r\n");
  await short.ended;
});

test("a signed call may have 50 parameters, and no more, since each costs the check of its signature", async () => {
  const query = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, "%&=+ä"]));
  // Three or four are those of the signature itself.
  const answer = await server.api.get("/channels", query(46));
  expect(answer.json()).toEqual({ channels: { bystander: {} } });
  const refused = await server.api.get("/channels", query(500));
  expect([refused.status, refused.text]).toEqual([401, "A call may have 50 query parameters at most."]);
});

test("nothing of all that was logged at length", () => {
  const longest = Math.max(...server.running.output.lines.map((line) => line.length));
  expect(longest).toBeLessThan(1500);
});
