import type { CauseRow } from "../answers.ts";
import { element } from "./element.ts";
import { ask } from "./server.ts";

let causes: Promise<Readonly<Record<string, CauseRow>>> | undefined;

/** The likely cause of a refusal and its remedy; they come a moment later. It stays empty for a reason that this server does not know. */
export function causeOf(reason: string): HTMLElement {
  // Asked for once, since most pages never show one.
  causes ??= ask<Readonly<Record<string, CauseRow>>>("refusal-causes");
  const place = element("dl", { class: "cause" });
  causes.then(({ [reason]: row }) => {
    if (row !== undefined) place.append(...pair("Likely cause", row.cause), ...pair("Remedy", row.remedy));
  }, (error: Error) => {
    causes = undefined;
    place.append(...pair("Likely cause", error.message));
  });
  return place;
}

function pair(term: string, text: string): HTMLElement[] {
  // What is between backticks is to be typed.
  const parts = text.split("`").map((part, index) => index % 2 === 0 ? part : element("code", {}, part));
  return [element("dt", {}, term), element("dd", {}, ...parts)];
}
