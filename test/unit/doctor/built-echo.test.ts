import { expect, test } from "bun:test";
import { builtEchoes } from "../../../src/doctor/built-echo.ts";

const found = (script: string): unknown[] => [...builtEchoes(script)];

test.each<[string, string, unknown[]]>([
  [
    "the options of Laravel's echo.js as esbuild writes them",
    'window.Echo=new Ku({broadcaster:"reverb",key:"abc",wsHost:"ws.example",wsPort:"8080",wssPort:"443",' +
    'forceTLS:!0,enabledTransports:["ws","wss"]});',
    [{ key: "abc", host: "ws.example", port: 443, scheme: "https" }],
  ],
  [
    "without TLS, where the other port counts",
    "new E({forceTLS:!1,wssPort:443,wsPort:8080,wsHost:`localhost`,key:`abc`,broadcaster:`reverb`})",
    [{ key: "abc", host: "localhost", port: 8080, scheme: "http" }],
  ],
  [
    "expressions that were not folded",
    `new Echo({
      broadcaster: 'reverb',
      key: 'a}b',
      wsHost: "ws.example",
      wsPort: "8080" ?? 80,
      wssPort: void 0 ?? 443,
      forceTLS: ("https" ?? "https") === "https",
      authorizer: (channel, options) => ({ authorize: (id, done) => done(null, { key: "no" }) }),
    })`,
    [{ key: "a}b", host: "ws.example", port: 443, scheme: "https" }],
  ],
  [
    "Number(…) around the port, and a host that the page gives",
    'new E({broadcaster:"reverb",key:"abc",wsHost:window.location.hostname,wsPort:Number("8080"),forceTLS:!1})',
    [{ key: "abc", port: 8080, scheme: "http" }],
  ],
  ["a key that was not set", 'new E({broadcaster:"reverb",key:void 0,wsHost:void 0,forceTLS:!0})', [
    { key: null, scheme: "https" },
  ]],
  ["a key that the page gives", 'new E({broadcaster:"reverb",key:window.key})', [{}]],
  [
    "Pusher's own options with a host",
    'new E({broadcaster:"pusher",key:"abc",cluster:"mt1",wsHost:"ws.example",wsPort:80,forceTLS:!1})',
    [{ key: "abc", host: "ws.example", port: 80, scheme: "http", isPusher: true }],
  ],
  ["Pusher's own service", 'new E({broadcaster:"pusher",key:"abc",cluster:"eu",forceTLS:!0})', []],
  ["the defaults of Echo's library", 'this.o={broadcaster:"pusher",csrfToken:null,host:null,key:null}', []],
  ["a comparison", 'if(this.options.broadcaster==="reverb"){a({key:"x"})}', []],
  [
    "Vite's object of variables",
    'const e={BASE_URL:"/",MODE:"production",VITE_REVERB_APP_KEY:"abc",VITE_REVERB_HOST:"ws.example",' +
    'VITE_REVERB_PORT:"8443",VITE_REVERB_SCHEME:"https"};',
    [{ key: "abc", host: "ws.example", port: 8443, scheme: "https" }],
  ],
  ["no script at all", "<!doctype html> broadcaster: 'reverb'", []],
  ["a script that ends too early", 'new E({broadcaster:"reverb",key:"abc', [{}]],
])("%s", (_, script, expected) => {
  expect(found(script)).toEqual(expected);
});

test("of a script that has them many times only some are looked at", () => {
  expect(found('broadcaster:"reverb",'.repeat(50_000))).toEqual([]);
  expect(found('a({broadcaster:"reverb",key:"abc"});'.repeat(1000)).length).toBeLessThan(100);
});
