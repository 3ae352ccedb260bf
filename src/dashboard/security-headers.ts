/**
 * What a page of the dashboard may load and do: its own script and stylesheet, calls to its own server, and nothing else. Even if
 * something of a client's made its way into the page as HTML, no script of it would run.
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
  // Text becomes HTML nowhere on the page, so the browser need not allow it anywhere.
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

/** The header of everything that holds data or depends on who asks. */
export const NEVER_CACHED: Readonly<Record<string, string>> = { "Cache-Control": "no-store" };
