import { byId } from "./element.ts";

/** The dialog with details of a channel, a connection or a user. Closing it returns the focus to where it was. */
export class Details {
  readonly #dialog = byId<HTMLDialogElement>("details");

  constructor() {
    byId("details-close").addEventListener("click", () => this.close());
    // A click outside of it closes it; for such a click the target is the dialog itself.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.close();
    });
  }

  show(title: string, ...content: readonly Node[]): void {
    byId("details-title").textContent = title;
    byId("details-body").replaceChildren(...content);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  close(): void {
    this.#dialog.close();
  }
}
