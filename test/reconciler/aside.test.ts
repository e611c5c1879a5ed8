import { expect, test } from "vitest";
import { readAside, readMailAside } from "../../reconciler/aside.ts";
import { readMail } from "../../reconciler/read-mail.ts";
import { knownVisible, visibleLines, visibleText } from "../../reconciler/visible.ts";
import { multipart, stamped } from "./message.ts";

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

test("a large mail says aside what it would say here, with the bytes of its attachments, and other work has its turns meanwhile", async () => {
  const part = (type: string, content: string) => `Content-Type: ${type}\r\n\r\n${content}`;
  const raw = stamped({
    content: multipart("mixed", [
      part("text/plain; charset=utf-8", "Größe\r\n".repeat(100_000)),
      part('application/pdf; name="small.pdf"', "%PDF"),
      part('application/octet-stream; name="large.bin"', "0123456789\r\n".repeat(200_000)),
    ]),
  });
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const aside = await readMailAside(raw, "X-CodeTwoProcessed");
  clearImmediate(next);
  expect(turns).toBeGreaterThan(10);
  const here = await readMail(raw, "X-CodeTwoProcessed");
  expect(aside.stamp.digest).toBe(here.stamp.digest);
  expect(aside.stamp.text).toBe(here.stamp.text);
  expect(aside.stamp.files.map(({ name }) => name)).toEqual(["small.pdf", "large.bin"]);
  expect(aside.stamp.files.map(({ content }) => Buffer.from(content))).toEqual(
    here.stamp.files.map(({ content }) => content),
  );
});

test("a large mail that cannot be parsed is told, and holds up none behind it", async () => {
  const many = Buffer.from(`X: ${"x".repeat(2 ** 21)}\r\n\r\nHello`);
  const [first, second] = await Promise.allSettled([
    readMailAside(many, "X-CodeTwoProcessed"),
    readMailAside(stamped({ text: "line\r\n".repeat(100_000) }), "X-CodeTwoProcessed"),
  ]);
  expect(first).toMatchObject({
    status: "rejected",
    reason: { message: expect.stringMatching(/header/i) as string },
  });
  expect(second).toMatchObject({ status: "fulfilled", value: { stamp: { kind: "mail" }, second: false } });
});
