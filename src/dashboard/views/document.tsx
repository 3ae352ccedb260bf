/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";

/** The URLs of the page's files. */
export interface AssetUrls {
  readonly script: string;
  readonly themeScript: string;
  readonly stylesheet: string;
  readonly icon: string;
}

/** What `Document` puts around the content of a page. */
export interface DocumentProps {
  readonly title: string;
  readonly assets: AssetUrls;
  /** Values for the client script, as `data-…` attributes of the body. */
  readonly data: Readonly<Record<`data-${string}`, string>>;
  readonly children?: Child;
}

/** The HTML document around a page. JSX escapes every value; nothing here is raw HTML. */
export function Document({ title, assets, data, children }: DocumentProps): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href={assets.icon} />
        <script src={assets.themeScript}></script>
        <link rel="stylesheet" href={assets.stylesheet} />
        <script type="module" src={assets.script}></script>
      </head>
      <body {...data}>{children}</body>
    </html>
  );
}
