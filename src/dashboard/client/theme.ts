/** Where the choice is kept, in this browser. */
const KEY = "resound-theme";

// Before anything is drawn, so that nobody who chose dark sees a white flash. Runs as a script of its own in the page's head.
function apply(theme: string | null): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
}

try {
  apply(localStorage.getItem(KEY));
} catch {
  // A browser that keeps nothing: the system's colours it is.
}
