import { byId, visible } from "./element.ts";

/** What the dialog does besides showing its content. */
export interface DetailOptions {
  /** Called once the content is not shown any more. */
  readonly onclose?: () => void;
  readonly isWide?: boolean;
}

/** The dialog with details of a channel, a connection, a user or the refusals. Closing it returns the focus to where it was. */
export class Details {
  readonly #dialog = byId<HTMLDialogElement>("details");
  #ended: (() => void) | undefined;

  constructor() {
    byId("details-close").addEventListener("click", () => this.close());
    // A click outside of it closes it; for such a click the target is the dialog itself.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.close();
    });
    this.#dialog.addEventListener("close", () => this.#end());
  }

  show(title: string, { onclose, isWide = false }: DetailOptions, ...content: readonly Node[]): void {
    this.#end();
    this.#ended = onclose;
    byId("details-title").textContent = visible(title);
    byId("details-body").replaceChildren(...content);
    this.#dialog.classList.toggle("wide", isWide);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  close(): void {
    this.#dialog.close();
  }

  #end(): void {
    this.#ended?.();
    this.#ended = undefined;
  }
}
