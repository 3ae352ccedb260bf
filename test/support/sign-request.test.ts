import { expect, test } from "bun:test";
import Pusher from "pusher";
import { signChannel, signUser } from "./sign-channel.ts";
import { encodeQuery, signRequest } from "./sign-request.ts";

// The key and secret of the examples in Pusher's documentation.
const DOCUMENTED = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const EVENT = {
  method: "POST",
  path: "/apps/3/events",
  body: String.raw`{"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"}`,
  timestamp: "1353088179",
  ...DOCUMENTED,
};

test("a call is signed as Pusher documents it", () => {
  expect(signRequest(EVENT)).toEqual({
    auth_key: DOCUMENTED.key,
    auth_timestamp: "1353088179",
    auth_version: "1.0",
    body_md5: "ec365a775a4cd0599faeb73354201b6f",
    auth_signature: "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
  });
});

test("parameters are replaced and removed before signing, and an empty body has no body_md5", () => {
  const { body_md5: _, ...rest } = signRequest(EVENT, { auth_version: "2.0", auth_key: undefined });
  expect(Object.keys(rest)).toEqual(["auth_timestamp", "auth_version", "auth_signature"]);
  expect(signRequest({ ...EVENT, body: "" })).not.toHaveProperty("body_md5");
});

test("a list is signed with commas and sent with indexes", () => {
  const signed = signRequest({ ...EVENT, query: { info: ["a", "b"] } });
  expect(signed["auth_signature"]).toBe(
    signRequest({ ...EVENT, query: { info: "a,b" } })["auth_signature"] ?? "",
  );
  expect(encodeQuery({ info: ["a b", "c'"], x: "ü/" })).toBe(
    "info%5B0%5D=a%20b&info%5B1%5D=c%27&x=%C3%BC%2F",
  );
});

test("channels and users are signed as Pusher's own library signs them", () => {
  expect(signChannel(DOCUMENTED, "1234.1234", "private-foobar"))
    .toBe(`${DOCUMENTED.key}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4`);
  expect(
    signChannel(
      DOCUMENTED,
      "1234.1234",
      "presence-foobar",
      `{"user_id":10,"user_info":{"name":"Mr. Channels"}}`,
    ),
  )
    .toBe(`${DOCUMENTED.key}:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80`);
  const pusher = new Pusher({ appId: "3", host: "127.0.0.1", ...DOCUMENTED });
  const { auth, user_data } = pusher.authenticateUser("1234.1234", { id: "12345" });
  expect(signUser(DOCUMENTED, "1234.1234", user_data)).toBe(auth);
});
