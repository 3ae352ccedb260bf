import { expect, test } from "bun:test";
import { explainOutcome } from "../../../src/webhooks/explain-outcome.ts";
import type { PostOutcome } from "../../../src/webhooks/post-outcome.ts";

const URL = "http://shop.example/hooks/resound";
const status = (status: number, body = ""): PostOutcome => ({ kind: "error_status", status, body });
const fault = (code: string): PostOutcome => ({ kind: "unreachable", reason: "it failed", code });
const redirect = (location: string): PostOutcome => ({ kind: "redirect", status: 301, location });

test("an answer of 2xx is accepted", () => {
  expect(explainOutcome({ kind: "accepted", status: 204, body: "" }, URL)).toEqual({
    isAccepted: true,
    found: "it is answered with 204: the application accepts webhooks",
  });
});

test("a web page is accepted, with a hint to check the route", () => {
  const { isAccepted, remedy } = explainOutcome(
    { kind: "accepted", status: 200, body: "\n<!DOCTYPE html>" },
    URL,
  );
  expect(isAccepted).toBe(true);
  expect(remedy).toContain("the webhooks' own route");
});

test.each<[PostOutcome, string]>([
  [status(401), "Compare the secret"],
  [status(403), "Compare the secret"],
  [status(419), "$middleware->validateCsrfTokens(except: ['hooks/resound'])"],
  [status(404), "php artisan route:list"],
  [status(405), "Route::post(…)"],
  [status(413), "client_max_body_size"],
  [status(429), "throttle"],
  [status(500), "storage/logs/laravel.log"],
  [status(502), "behind this proxy"],
  [status(503), "php artisan up"],
  [status(418), "a route that answers POST with 2xx"],
  [
    redirect("https://shop.example/hooks/resound"),
    "Write the URL that it leads to into the configuration: https",
  ],
  [redirect("http://shop.example/login?••••"), "Take the route out of the middleware"],
  [{ kind: "timeout", seconds: 5 }, "queued job"],
  [fault("ECONNREFUSED"), "Start the application"],
  [fault("ENOTFOUND"), "Correct the host name"],
  [fault("ECONNRESET"), "expects https"],
  [fault("EPROTO"), "http://"],
  [fault("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "NODE_EXTRA_CA_CERTS"],
  [fault("ERR_TLS_CERT_ALTNAME_INVALID"), "the host name that the certificate is for"],
  [fault("CERT_HAS_EXPIRED"), "Renew"],
  [{ kind: "unreachable", reason: "it failed", code: undefined }, "can be reached"],
  [{ kind: "private_address", address: "10.0.0.1" }, "REVERB_WEBHOOK_REFUSE_PRIVATE_ADDRESSES"],
])("%j has its own remedy", (outcome, remedy) => {
  const explanation = explainOutcome(outcome, URL);
  expect(explanation.isAccepted).toBe(false);
  expect(explanation.remedy).toContain(remedy);
});

test("for a refused connection to this machine the remedy mentions containers", () => {
  expect(explainOutcome(fault("ECONNREFUSED"), "http://localhost:8000/").remedy).toContain(
    "in a container",
  );
});
