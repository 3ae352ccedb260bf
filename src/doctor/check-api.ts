import type { HttpAnswer } from "./probe/http-get.ts";
import { type CheckLine, error, ok } from "./check-line.ts";
import { foreignAnswer } from "./foreign-answer.ts";

/** The remedy where a server knows other applications than the configuration. */
export const STALE =
  "Run `resound reload` if the configuration has changed since the server's start; else another server answers there";

/** How the 401 of this server begins, and that of Reverb; a proxy that asks for a password has another page. */
const OWN_REFUSAL = /^(?:Authentication signature|The auth_|A call may have)/;

/** Judges the answer to a signed `GET /apps/{id}/channels`. `where` is the URL that was asked, `id` the application whose key signed. */
export function checkApi(
  subject: "api" | "public /apps",
  answer: HttpAnswer,
  where: string,
  id: string,
): CheckLine {
  const { status, body } = answer;
  if (status === 200 && body.startsWith('{"channels"')) {
    return ok(subject, `${where} accepts calls signed by application ${id}`);
  }
  if (status === 401 && OWN_REFUSAL.test(body)) {
    const why = body.startsWith("Authentication signature")
      ? "the secret or the key is another there"
      : oneLine(body);
    return error(
      subject,
      `${where} refuses a call signed by application ${id} (401: ${why})`,
      STALE,
    );
  }
  if (status === 404 && body.startsWith("No matching application")) {
    return error(
      subject,
      `${where} does not know application ${id}`,
      STALE,
    );
  }
  return foreignAnswer(subject, answer, where);
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, " ").replace(/\.$/, "").slice(0, 120);
}
