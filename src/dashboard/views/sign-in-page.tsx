/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import { type AssetUrls, Document } from "./document.tsx";

/** What the page to sign in shows. */
export interface SignInProps {
  readonly assets: AssetUrls;
  /** The dashboard's path, with the server's prefix. */
  readonly path: string;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
  /** The key that was tried, so that it need not be typed again. */
  readonly triedKey?: string | undefined;
}

/** The page to sign in on, with an application's key and secret. */
export function SignInPage({ assets, path, error, triedKey }: SignInProps): JSX.Element {
  const faulty = error === undefined ? {} : { "aria-describedby": "error", "aria-invalid": true };
  return (
    <Document title="Sign in · Resound" assets={assets} data={{ "data-page": "sign-in" }}>
      <main class="sign-in">
        <form class="card" method="post" action={`${path}/sign-in`}>
          <h1 class="brand">
            <img src={assets.icon} alt="" width="28" height="28" />
            Resound
          </h1>
          <p class="muted">Sign in to see one application: its connections, channels and events.</p>
          {error === undefined ? null : <p class="notice error" id="error" role="alert">{error}</p>}
          <label for="key">Application key</label>
          <input
            id="key"
            name="key"
            value={triedKey ?? ""}
            required
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            autofocus={error === undefined}
            {...faulty}
          />
          <label for="secret">Application secret</label>
          <input
            id="secret"
            name="secret"
            type="password"
            required
            autocomplete="current-password"
            autofocus={error !== undefined}
            {...faulty}
          />
          <button type="submit" class="primary">Sign in</button>
          <p class="hint">
            They are <code>REVERB_APP_KEY</code> and <code>REVERB_APP_SECRET</code> in the <code>.env</code>
            {" "}
            of your application.
          </p>
        </form>
      </main>
    </Document>
  );
}
