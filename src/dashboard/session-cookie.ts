import { SESSION_SECONDS } from "./session-token.ts";

const NAME = "resound_dashboard";

/** Where the cookie is sent to and how. */
export interface CookieScope {
  /** The dashboard's path, with the server's prefix. */
  readonly path: string;
  /** Whether the browser came by https. */
  readonly secure: boolean;
}

/** The session's token in a `Cookie` header. */
export function tokenOf(cookies: string | null): string | undefined {
  for (const cookie of cookies?.split(";") ?? []) {
    const [name, value] = cookie.split("=", 2);
    if (name?.trim() === NAME) return value?.trim();
  }
  return undefined;
}

/** The `Set-Cookie` that keeps a token. */
export function sessionCookie(token: string, scope: CookieScope): string {
  return cookie(`${NAME}=${token}`, SESSION_SECONDS, scope);
}

/** The `Set-Cookie` that has the browser forget it. */
export function endedCookie(scope: CookieScope): string {
  return cookie(`${NAME}=`, 0, scope);
}

function cookie(pair: string, seconds: number, { path, secure }: CookieScope): string {
  const text = `${pair}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
  return secure ? `${text}; Secure` : text;
}
