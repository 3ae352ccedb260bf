/** @jsxImportSource hono/jsx */
import { expect, test } from "bun:test";
import { assetUrls } from "../../../src/dashboard/assets.ts";
import { MainPage, type MainProps } from "../../../src/dashboard/views/main-page.tsx";
import { SignInPage } from "../../../src/dashboard/views/sign-in-page.tsx";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
const assets = assetUrls("/dashboard");

function mainPage(props: Partial<MainProps> = {}): string {
  const usual = { path: "/dashboard", applicationId: "a", applicationKey: "k", requestToken: "t" };
  return String(<MainPage assets={assets} here="" everywhere="" {...usual} {...props} />);
}

test.each([
  ["sign-in page", String(<SignInPage assets={assets} path={HOSTILE} error={HOSTILE} triedKey={HOSTILE} />)],
  [
    "main page",
    mainPage({ path: HOSTILE, applicationId: HOSTILE, applicationKey: HOSTILE, requestToken: HOSTILE }),
  ],
])("the %s has hostile values as text only", (_, html) => {
  expect(html).not.toContain("<script>");
  expect(html).not.toContain("<img src=x");
  expect(html).toContain("&lt;script&gt;");
});

test("pages have no inline script, style or handler, as the policy demands", () => {
  const html = String(<SignInPage assets={assets} path="/dashboard" />) + mainPage();
  expect(html.match(/<script(?![^>]* src="\/dashboard\/assets\/)/g)).toBeNull();
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//);
  // JSX keeps a prop named `key` for itself, so the tried key has another name.
  expect(String(<SignInPage assets={assets} path="/" triedKey="mine" />)).toContain('value="mine"');
});

test("beside the figures stands which nodes they are of, unless there is one node", () => {
  expect(mainPage({ here: "", everywhere: "" })).not.toMatch(/on (this node|all nodes)/);
  const several = mainPage({ here: "on worker 2", everywhere: "on all nodes" });
  // Recovery and the webhooks; and the tiles, the charts, the events.
  expect(several.match(/on worker 2/g)?.length).toBe(2);
  expect(several.match(/on all nodes/g)?.length).toBe(4);
});
