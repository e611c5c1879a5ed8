import { expect, test } from "vitest";
import { readAside } from "../../reconciler/aside.ts";
import { knownVisible, visibleLines, visibleText } from "../../reconciler/visible.ts";

const text = { type: "text" as const, content: "> Größe  a\u00a0b\r\n\r\nline\r\n".repeat(20_000) };
const html = { type: "html" as const, content: `<p>“Größe”<br>a b</p><ul><li>x</ul>${" ".repeat(300_000)}` };

test("what large bodies show is read beforehand, and is what it would be", async () => {
  const bodies = [{ ...text }, { ...html }];
  await readAside(bodies);
  expect(bodies.every(knownVisible)).toBe(true);
  expect(bodies.map(visibleLines)).toEqual([text, html].map(visibleLines));
  expect(bodies.map(visibleText)).toEqual([text, html].map(visibleText));
});

test("small bodies are left to those who compare them", async () => {
  const small = { type: "text" as const, content: "Hello" };
  await readAside([small]);
  expect(knownVisible(small)).toBe(false);
  expect(visibleLines(small)).toEqual(["Hello"]);
});

test("one that is too complex is told, and holds up none behind it", async () => {
  const deep = { type: "html" as const, content: "<div>".repeat(100_000) };
  const next = { ...text };
  const [first, second] = await Promise.allSettled([readAside([deep]), readAside([next])]);
  expect(first).toMatchObject({ status: "rejected", reason: { code: "TOO_COMPLEX" } });
  expect(second.status).toBe("fulfilled");
  expect(knownVisible(next)).toBe(true);
});
