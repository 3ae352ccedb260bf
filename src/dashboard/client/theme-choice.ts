import { byId } from "./element.ts";

/** The same key as in theme.ts, which runs before this script. */
const KEY = "resound-theme";

/** Lets one choose the colours; `changed` is told of every change, the system's included. */
export function startThemeChoice(changed: () => void): void {
  const select = byId<HTMLSelectElement>("theme");
  select.value = document.documentElement.dataset["theme"] ?? "";
  select.addEventListener("change", () => {
    const theme = select.value;
    if (theme === "") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
      if (theme === "") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // A browser that keeps nothing: the choice holds for this page.
    }
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
