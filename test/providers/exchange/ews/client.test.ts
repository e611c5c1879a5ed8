import { afterEach, expect, test } from "vitest";
import { account, close, offering, scripted } from "./scripted-server.ts";

afterEach(close);

test("a password goes out only after a server asked for it, and as Basic only where there is no NTLM", async () => {
  const { url, seen, client } = await scripted((_, authorization) =>
    authorization === undefined ? offering('Basic realm="x"') : { status: 200, text: "in" },
  );
  expect(await client.post(new URL(url), "<a/>")).toMatchObject({ status: 200, text: "in" });
  const basic = Buffer.from(`${account.username}:${account.password}`, "utf8").toString("base64");
  expect(seen).toEqual([undefined, `Basic ${basic}`]);
});

test.each([
  [["Negotiate", "NTLM", 'Basic realm="x"'], /^NTLM /],
  [["Negotiate"], /^Negotiate TlRMTVNTUA/],
])("of %j it takes the best, and stops when that is refused", async (schemes, first) => {
  const { url, seen, client } = await scripted(() => offering(...schemes));
  expect(await client.post(new URL(url), "<a/>")).toMatchObject({ status: 401 });
  expect(seen).toEqual([undefined, expect.stringMatching(first)]);
});

test("a server that knows none of the ways is answered with nothing", async () => {
  const { url, seen, client } = await scripted(() => offering("Bearer"));
  expect(await client.post(new URL(url), "<a/>")).toMatchObject({ status: 401 });
  expect(seen).toEqual([undefined]);
});
