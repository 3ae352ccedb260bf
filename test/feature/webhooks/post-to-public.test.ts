import { expect, test } from "bun:test";
import type { LookupFunction } from "node:net";
import { postToPublic } from "../../../src/webhooks/post-to-public.ts";
import { lookUpPublic, PrivateAddress } from "../../../src/webhooks/private-address.ts";
import { AnsweringReceiver, UNPACKED } from "../../support/answering-receiver.ts";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { skipWhen } from "../../support/skip-when.ts";

/** A lookup that has judged this machine to be public, for tests; notes the names that it was asked. */
function lookUpHere(asked: string[]): LookupFunction {
  return (host, _options, callback) => {
    asked.push(host);
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  };
}

const request = (url: string) => ({ url, headers: { "X-Shop": "7" }, body: '{"events":[]}' });
const never = new AbortController().signal;

test("the connection goes to the address that was looked up, for the name that the URL has", async () => {
  using receiver = new AnsweringReceiver();
  const asked: string[] = [], host = `shop.example:${receiver.port}`;
  const { status, body } = await postToPublic(request(`http://${host}/hooks`), never, lookUpHere(asked));
  expect({ status, asked }).toEqual({ status: 200, asked: ["shop.example"] });
  const text = await Array.fromAsync(body!, (chunk) => new TextDecoder().decode(chunk));
  expect(text.join("")).toStartWith("As you");
  const [{ path, headers, body: sent }] = receiver.requests as [AnsweringReceiver["requests"][number]];
  expect({ path, host: headers.get("Host"), shop: headers.get("X-Shop"), sent })
    .toEqual({ path: "/hooks", host, shop: "7", sent: '{"events":[]}' });
});

test("a packed answer is not unpacked", async () => {
  using receiver = new AnsweringReceiver();
  const url = `http://shop.example:${receiver.port}/packed`;
  const { isPacked, body } = await postToPublic(request(url), never, lookUpHere([]));
  let bytes = 0;
  for await (const chunk of body!) bytes += chunk.byteLength;
  expect(isPacked).toBe(true);
  expect(bytes).toBeLessThan(UNPACKED / 100);
});

test("redirects are not followed", async () => {
  using receiver = new AnsweringReceiver();
  const url = `http://shop.example:${receiver.port}/moved`;
  const { status, location } = await postToPublic(request(url), never, lookUpHere([]));
  expect({ status, location }).toEqual({ status: 301, location: "https://elsewhere.example/hooks" });
});

test.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))("certificates are verified", async () => {
  using receiver = new AnsweringReceiver(await makeCertificate({ hosts: ["shop.example"] }));
  const url = `https://shop.example:${receiver.port}/`;
  expect(await postToPublic(request(url), never, lookUpHere([])).catch(({ code }) => code))
    .toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(receiver.requests).toEqual([]);
});

test("a request is aborted with its signal", async () => {
  using receiver = new AnsweringReceiver();
  const url = `http://shop.example:${receiver.port}/never`, patience = new AbortController();
  const answer = postToPublic(request(url), patience.signal, lookUpHere([])).catch(({ name }) => name);
  await receiver.request(0);
  patience.abort();
  expect(await answer).toBe("AbortError");
});

test("a name with a private address is refused when it is looked up for the connection", async () => {
  using receiver = new AnsweringReceiver();
  const refused = postToPublic(request(`http://localhost:${receiver.port}/`), never, lookUpPublic);
  expect(await refused.catch((error: unknown) => error)).toBeInstanceOf(PrivateAddress);
  expect(receiver.requests).toEqual([]);
});
