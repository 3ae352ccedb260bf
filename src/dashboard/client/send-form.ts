import type { SentEvent } from "../answers.ts";
import { notice } from "./element.ts";
import { subscribers } from "./entry-row.ts";
import { formatTime } from "./format.ts";
import { goToSignIn, order, SignedOut } from "./server.ts";

/** Has a form send an event, as the application itself would through the HTTP API. The note tells what became of it. */
export function startSendForm(form: HTMLFormElement, note: HTMLElement): void {
  const button = form.querySelector("button")!;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const text = (name: string): string => String(fields.get(name) ?? "");
    const channel = text("channel").trim();
    button.disabled = true;
    try {
      const body = { name: text("name").trim(), channel, data: text("data") };
      notice(note, describe(channel, await order<SentEvent>("events", body)));
    } catch (error) {
      if (error instanceof SignedOut) return goToSignIn();
      notice(note, (error as Error).message, "error");
    } finally {
      button.disabled = false;
    }
  });
}

function describe(channel: string, { receivers, where, occupied }: SentEvent): string {
  const count = `${subscribers(receivers)}${where === "" ? "" : ` ${where}`}`;
  const sent = `Sent to ${channel} at ${formatTime(Date.now())}: ${count}.`;
  if (receivers > 0) return sent;
  return occupied.length === 0
    ? `${sent} No client is subscribed to this channel. In Echo private() and join() put private- and presence- before the name.`
    : `${sent} But ${occupied.join(" and ")} has some: the prefix is a part of the name.`;
}
