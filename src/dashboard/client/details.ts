import { byId } from "./element.ts";

/** The dialog that shows more of one thing. Closing it brings the focus back to where it was. */
export class Details {
  readonly #dialog = byId<HTMLDialogElement>("details");

  constructor() {
    byId("details-close").addEventListener("click", () => this.close());
    // A click beside it closes it, as people expect.
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
