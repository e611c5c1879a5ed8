import { expect, test } from "vitest";
import { html } from "../../../reconciler/web/html.ts";

test("values are text, whatever they hold; templates within are markup", () => {
  const evil = `<img src=x onerror="alert('&')">`;
  expect(html`<p title="${evil}">${html`<b>${1}</b>`}${evil}</p>`.markup).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;"><b>1</b>&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;</p>',
  );
});

test("lists are joined; nothing is nothing", () => {
  expect(html`${["<", html`<b>1</b>`]}${undefined}${false}${0}`.markup).toBe("&lt;<b>1</b>0");
});
