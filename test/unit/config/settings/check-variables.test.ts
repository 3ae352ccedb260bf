import { expect, test } from "bun:test";
import { credentials, load } from "../memory-files.ts";

test("a variable whose name is nearly that of a setting gives a warning with its place", () => {
  expect(load({ env: { ...credentials, REVERB_APP_MAX_CONECTIONS: "5" } }).warnings).toEqual([
    "environment variable REVERB_APP_MAX_CONECTIONS: no setting has this name, and it is ignored; did you mean REVERB_APP_MAX_CONNECTIONS?",
  ]);
  expect(load({ env: credentials, contents: { ".env": "A=1\nREVERB_SERVER_PROT=1\n" } }).warnings).toEqual([
    ".env:2 REVERB_SERVER_PROT: no setting has this name, and it is ignored; did you mean REVERB_SERVER_PORT?",
  ]);
});

test("settings, other names and variables that the config file asks for give none", () => {
  const env = { ...credentials, REVERB_SERVER: "reverb", REVERB_SCHEME: "https", REVERB_CLIENT_HOST: "a" };
  expect(load({ env, flags: { port: "1" } }).warnings).toEqual([]);
  const php =
    "<?php return ['apps' => ['apps' => [['key' => env('REVERB_APP_KEYS'), 'secret' => 's', 'app_id' => '1']]]];";
  const asked = load({ env: { REVERB_APP_KEYS: "k" }, contents: { "config/reverb.php": php } });
  expect([asked.applications[0]?.key, asked.warnings]).toEqual(["k", []]);
});
