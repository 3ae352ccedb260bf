import { expect, test } from "bun:test";
import { credentials, load, refusal } from "./memory-files.ts";

function php(tls: string): Record<string, string> {
  return {
    ".env": "CERT=/c.pem\n",
    "config/reverb.php": `<?php return ['servers' => ['reverb' => ['options' => [\n'tls' => ${tls},\n]]]];`,
  };
}

test("each option has its place, also in tables", () => {
  const tls =
    "[\n'local_cert' => env('CERT'),\n'local_pk' => null,\n'SNI_server_certs' => ['a.test' =>\n['local_cert' => '/a.pem']]]";
  const { server } = load({ contents: php(tls), env: credentials });
  expect(server.tls).toEqual({
    local_cert: "/c.pem",
    SNI_server_certs: { "a.test": { local_cert: "/a.pem" } },
  });
  const below = "servers.reverb.options.tls.SNI_server_certs";
  expect(server.tlsPlaces).toEqual({
    local_cert: ".env:1 CERT",
    local_pk: "config/reverb.php:4 servers.reverb.options.tls.local_pk",
    SNI_server_certs: `config/reverb.php:5 ${below}`,
    "SNI_server_certs.a.test": `config/reverb.php:5 ${below}.a.test`,
    "SNI_server_certs.a.test.local_cert": `config/reverb.php:6 ${below}.a.test.local_cert`,
  });
});

test.each([["true", "true"], ["1", "1"], ["'/c.pem'", "a text of 6 characters"]])(
  "%s in place of the table is refused: the server would speak plain ws",
  (tls, found) => {
    expect(refusal({ contents: php(tls), env: credentials })).toEqual([
      "config/reverb.php:2 servers.reverb.options.tls: expected a table with local_cert and PHP's other TLS options, " +
      `got ${found}`,
    ]);
  },
);

test.each(["null", "false", "''", "[]", "env('TLS')"])("%s asks for no encryption", (tls) => {
  expect(load({ contents: php(tls), env: credentials }).server.tls).toEqual({});
});
