import type { Config } from "../config/config.ts";
import { shownUrl } from "../config/kinds/webhook-kind.ts";
import { explainOutcome } from "../webhooks/explain-outcome.ts";
import { outcomeOfAnswer, outcomeOfError, type PostOutcome } from "../webhooks/post-outcome.ts";
import { refusePrivateAddresses } from "../webhooks/private-address.ts";
import { type CheckLine, error, ok, warning } from "./check-line.ts";

/** How many URLs are asked at most. */
const ASKED = 10;

/**
 * Checks that the URLs of webhooks answer. Asks with HEAD, unsigned and without the headers of the configuration, so that no
 * application mistakes it for an event: a route for POST answers 405, which is enough. `timeout` is in milliseconds.
 */
export async function* checkWebhooks(
  { applications, server }: Pick<Config, "applications" | "server">,
  timeout: number,
): AsyncGenerator<CheckLine> {
  const urls = new Set(applications.flatMap(({ webhooks }) => webhooks.map(({ url }) => url)));
  for (const url of [...urls].slice(0, ASKED)) {
    yield judge(url, await ask(url, timeout, server.webhooks.refusePrivateAddresses));
  }
}

function judge(url: string, outcome: PostOutcome): CheckLine {
  const shown = shownUrl(url);
  const { found, remedy = "Read the application's log" } = explainOutcome(outcome, url);
  switch (outcome.kind) {
    case "error_status":
      if (outcome.status === 404 || outcome.status >= 500) {
        const again = "then send a sample with `resound webhooks:test`";
        return warning("webhooks", `${shown} answers HEAD with ${outcome.status}`, `${remedy}; ${again}`);
      }
      return answers(shown);
    case "accepted":
      return answers(shown);
    case "redirect":
      return warning("webhooks", `${shown}: ${found}`, remedy);
    default:
      return error("webhooks", `${shown}: ${found}`, remedy);
  }
}

function answers(url: string): CheckLine {
  return ok("webhooks", `${url} answers; \`resound webhooks:test\` shows whether it accepts events`);
}

async function ask(url: string, timeout: number, refusePrivate: boolean): Promise<PostOutcome> {
  const plain = new URL(url);
  plain.username = plain.password = "";
  const signal = AbortSignal.timeout(timeout);
  try {
    if (refusePrivate) await refusePrivateAddresses(url);
    const headers = { "User-Agent": "Resound" };
    const response = await fetch(plain, { method: "HEAD", redirect: "manual", headers, signal });
    await response.body?.cancel();
    return outcomeOfAnswer(url, response.status, response.headers.get("location") ?? undefined, "");
  } catch (failure) {
    if (signal.aborted) return { kind: "timeout", seconds: timeout / 1000 };
    return outcomeOfError(failure);
  }
}
