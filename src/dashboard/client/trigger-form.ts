import { byId, notice } from "./element.ts";
import { formatTime } from "./format.ts";
import { goToSignIn, order, SignedOut } from "./server.ts";

/** The form that sends an event, as the application itself would through the HTTP API. */
export function startTriggerForm(): void {
  const form = byId<HTMLFormElement>("trigger"), note = byId("trigger-note");
  const button = form.querySelector("button")!;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const text = (name: string): string => String(fields.get(name) ?? "");
    const channel = text("channel").trim();
    button.disabled = true;
    try {
      await order("events", { name: text("name").trim(), channel, data: text("data") });
      notice(note, `Sent to ${channel} at ${formatTime(Date.now())}.`);
    } catch (error) {
      if (error instanceof SignedOut) return goToSignIn();
      notice(note, (error as Error).message, "error");
    } finally {
      button.disabled = false;
    }
  });
}
