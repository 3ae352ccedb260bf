import { eventually } from "../support/eventually.ts";

/** A page of any browser. */
export interface BrowserPage {
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<unknown>;
  /** The value of an expression in the page, which JSON can spell. Rejects with what it throws there. */
  evaluate(expression: string): Promise<unknown>;
  /** Closes the tab, as its user would. */
  close(): Promise<void>;
}

/** A browser whose pages share a jar of cookies. */
export interface TestBrowser extends AsyncDisposable {
  newPage(): Promise<BrowserPage>;
}

/** Waits until an expression is true in a page. */
export async function untilTrue(page: BrowserPage, expression: string): Promise<void> {
  await eventually(() => page.evaluate(`Boolean(${expression})`));
}
