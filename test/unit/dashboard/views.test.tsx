/** @jsxImportSource hono/jsx */
import { expect, test } from "bun:test";
import { assetUrls } from "../../../src/dashboard/assets.ts";
import { MainPage } from "../../../src/dashboard/views/main-page.tsx";
import { SignInPage } from "../../../src/dashboard/views/sign-in-page.tsx";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
const assets = assetUrls("/dashboard");

test.each([
  ["sign-in page", String(<SignInPage assets={assets} path={HOSTILE} error={HOSTILE} triedKey={HOSTILE} />)],
  [
    "main page",
    String(
      <MainPage
        assets={assets}
        path={HOSTILE}
        applicationId={HOSTILE}
        applicationKey={HOSTILE}
        here=""
        everywhere=""
        requestToken={HOSTILE}
      />,
    ),
  ],
])("the %s has hostile values as text only", (_, html) => {
  expect(html).not.toContain("<script>");
  expect(html).not.toContain("<img src=x");
  expect(html).toContain("&lt;script&gt;");
});

test("pages keep to what the policy allows: no script, style or handler of their own", () => {
  const html = String(<SignInPage assets={assets} path="/dashboard" />) +
    String(
      <MainPage
        assets={assets}
        path="/dashboard"
        applicationId="a"
        applicationKey="k"
        here=""
        everywhere=""
        requestToken="t"
      />,
    );
  expect(html.match(/<script(?![^>]* src="\/dashboard\/assets\/)/g)).toBeNull();
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//);
  // Not all of what is called `key` in TypeScript is JSX's own.
  expect(String(<SignInPage assets={assets} path="/" triedKey="mine" />)).toContain('value="mine"');
});

test("a server without others says nothing of nodes beside its figures, one of several says whose they are", () => {
  const html = (here: string, everywhere: string): string =>
    String(
      <MainPage
        assets={assets}
        path="/dashboard"
        applicationId="a"
        applicationKey="k"
        here={here}
        everywhere={everywhere}
        requestToken="t"
      />,
    );
  expect(html("", "")).not.toMatch(/on (this node|all nodes)/);
  const several = html("on worker 2", "on all nodes");
  expect(several.match(/on worker 2/g)?.length).toBe(3);
  expect(several.match(/on all nodes/g)?.length).toBe(3);
});
