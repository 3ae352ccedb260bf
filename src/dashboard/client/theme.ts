import { THEME_KEY } from "./theme-choice.ts";

// A script of its own in the page's head: it runs before anything is drawn, so that a page in dark colours does not begin white.
try {
  const theme = localStorage.getItem(THEME_KEY);
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // The browser stores nothing, so the system's colours are used.
}
