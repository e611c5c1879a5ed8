import { expect, test } from "vitest";
import { safeHtml } from "./safe-html.ts";

test.each([
  ["a script", "<p>a</p><script type=x>if (a < b) alert()</script>b", "<p>a</p>b"],
  ["a frame", `<iframe src="https://x.test"></iframe>a`, "a"],
  ["what was never closed", "a<object data=x>b", "ab"],
  ["a form", `a<form action="/"><input></form><base href="https://x.test">`, "a"],
  ["a handler", `<a href="https://x.test" onclick="go()">a</a>`, `<a href="https://x.test">a</a>`],
  ["a link that is a program", `<a href="javascript:go()">a</a>`, "<a>a</a>"],
  ["a picture that cannot be seen", `a<img src="https://x.test/1" width="1" height="1">`, "a"],
])("takes %s away", (_, given, safe) => {
  expect(safeHtml(given)).toBe(safe);
});

test("leaves everything else as it is, attached pictures included", () => {
  const html = `<p style="width:1px">onclick = <b>a</b><img src="cid:x" width="1"><img src="https://x.test/logo.png" width="100"></p>`;
  expect(safeHtml(html)).toBe(html);
});
