import { expect, test } from "bun:test";
import { broadcastVariable, editEnvironment } from "../../../../src/cli/install/edit-environment.ts";
import { reverbVariables } from "../../../../src/cli/install/reverb-variables.ts";
import { EnvDocument } from "../../../../src/cli/install/env-document.ts";

const WANTED = reverbVariables({ id: "123456", key: "the-key", secret: "the-secret" });

function document(text: string): EnvDocument {
  return new EnvDocument(Buffer.from(text), ".env");
}

test("a fresh .env gets Reverb's lines, and only the secret is not shown", () => {
  const fresh = document("APP_NAME=Laravel\nBROADCAST_CONNECTION=log\n");
  expect(editEnvironment(fresh, "BROADCAST_CONNECTION", WANTED)).toEqual([
    "changed BROADCAST_CONNECTION=log to BROADCAST_CONNECTION=reverb",
    "added REVERB_APP_ID=123456",
    "added REVERB_APP_KEY=the-key",
    "added REVERB_APP_SECRET (its value is not shown)",
    'added REVERB_HOST="localhost"',
    "added REVERB_PORT=8080",
    "added REVERB_SCHEME=http",
    'added VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"',
    'added VITE_REVERB_HOST="${REVERB_HOST}"',
    'added VITE_REVERB_PORT="${REVERB_PORT}"',
    'added VITE_REVERB_SCHEME="${REVERB_SCHEME}"',
  ]);
  expect(Buffer.from(fresh.toBytes()).toString()).toBe(
    "APP_NAME=Laravel\nBROADCAST_CONNECTION=reverb\n\n" +
      'REVERB_APP_ID=123456\nREVERB_APP_KEY=the-key\nREVERB_APP_SECRET=the-secret\nREVERB_HOST="localhost"\n' +
      "REVERB_PORT=8080\nREVERB_SCHEME=http\n\n" +
      'VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"\nVITE_REVERB_HOST="${REVERB_HOST}"\n' +
      'VITE_REVERB_PORT="${REVERB_PORT}"\nVITE_REVERB_SCHEME="${REVERB_SCHEME}"\n',
  );
});

test("the second time nothing is missing", () => {
  const fresh = document("");
  editEnvironment(fresh, "BROADCAST_CONNECTION", WANTED);
  const again = new EnvDocument(fresh.toBytes(), ".env");
  expect(editEnvironment(again, "BROADCAST_CONNECTION", WANTED)).toEqual([]);
  expect(again.changed).toBe(false);
});

test("empty assignments are filled in where they stand", () => {
  const prepared = document("REVERB_APP_ID=\nREVERB_APP_KEY=mine\nREVERB_APP_SECRET=\n");
  const sentences = editEnvironment(prepared, "BROADCAST_CONNECTION", WANTED.slice(0, 1));
  expect(sentences.slice(0, 3)).toEqual([
    "added BROADCAST_CONNECTION=reverb",
    "filled in REVERB_APP_ID=123456",
    "filled in REVERB_APP_SECRET (its value is not shown)",
  ]);
  expect(Buffer.from(prepared.toBytes()).toString()).toStartWith(
    "REVERB_APP_ID=123456\nREVERB_APP_KEY=mine\nREVERB_APP_SECRET=the-secret\n\nBROADCAST_CONNECTION=reverb\n\n",
  );
});

test.each([["pusher"], ["redis"], ["ably"]])("BROADCAST_CONNECTION=%s is a choice and stays", (choice) => {
  const chosen = document(`BROADCAST_CONNECTION=${choice}\n`);
  expect(editEnvironment(chosen, "BROADCAST_CONNECTION", [])).toEqual([
    `left BROADCAST_CONNECTION=${choice} alone: set it to reverb to broadcast through this server`,
  ]);
  expect(chosen.changed).toBe(false);
});

test.each(
  [
    ["", undefined, "BROADCAST_CONNECTION"],
    ["BROADCAST_DRIVER=log", undefined, "BROADCAST_DRIVER"],
    ["BROADCAST_DRIVER=log\nBROADCAST_CONNECTION=log", undefined, "BROADCAST_CONNECTION"],
    ["", "env('BROADCAST_DRIVER', 'null')", "BROADCAST_DRIVER"],
    ["BROADCAST_DRIVER=log", "env('BROADCAST_CONNECTION', 'null')", "BROADCAST_CONNECTION"],
  ] as const,
)("with %j and config/broadcasting.php %p Laravel asks for %3$s", (text, php, name) => {
  expect(broadcastVariable(document(text), php)).toBe(name);
});
