import { createHash } from "node:crypto";
import { encodeQuery, type QueryParameters, signRequest } from "./sign-request.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** The bytes of an API call that is rightly signed, for any body: also one that is no text. `path` follows `/apps/{id}`. */
export function signedBytes(
  method: string,
  path: string,
  body: Uint8Array = new Uint8Array(0),
  query: QueryParameters = {},
): Buffer {
  const fullPath = `/apps/${TEST_APPLICATION.id}${path}`;
  const md5 = createHash("md5").update(body).digest("hex");
  const { key, secret } = TEST_APPLICATION;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = signRequest(
    { method, path: fullPath, query, key, secret, timestamp },
    body.length === 0 ? {} : { body_md5: md5 },
  );
  const head = `${method} ${fullPath}?${encodeQuery(signed)} HTTP/1.1\r\nHost: x\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
