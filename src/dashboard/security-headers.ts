/**
 * What a page of the dashboard may load and do: its own script and stylesheet, and calls to its own server. Even if a client's text
 * got into the page as HTML, the browser would run no script of it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  // The page never turns text into HTML, so the browser can forbid that everywhere.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Headers of every answer below `/dashboard`. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

/** The header of every answer that holds data or depends on the session. */
export const NEVER_CACHED: Readonly<Record<string, string>> = { "Cache-Control": "no-store" };
