import { byId } from "./element.ts";

/** The key in this browser's storage under which the choice is kept. */
export const THEME_KEY = "resound-theme";

/** Lets the reader choose the colours; `changed` is called after every change, the system's included. */
export function startThemeChoice(changed: () => void): void {
  const select = byId<HTMLSelectElement>("theme");
  select.value = document.documentElement.dataset["theme"] ?? "";
  select.addEventListener("change", () => {
    const theme = select.value;
    if (theme === "") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
      if (theme === "") localStorage.removeItem(THEME_KEY);
      else localStorage.setItem(THEME_KEY, theme);
    } catch {
      // The browser stores nothing, so the choice is for this page only.
    }
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
