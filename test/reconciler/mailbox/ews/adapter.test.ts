import { afterAll, beforeAll, expect, test } from "vitest";
import { createEwsMailboxes } from "../../../../reconciler/mailbox/ews/adapter.ts";
import { startEmbedded } from "../../../contract/embedded.ts";
import type { Embedded } from "../../../contract/embedded.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded("Alias -ne 'tina.vogel'");
});
afterAll(() => embedded.close());

test("opens nothing before the first call, and nothing after close", async () => {
  const idle = createEwsMailboxes({
    ...embedded.options,
    url: "https://mail.contoso.invalid/EWS/Exchange.asmx",
  });
  await idle.close();
  const { check, close } = createEwsMailboxes(embedded.options);
  await check("anna.weber@contoso.com");
  await close();
  await expect(check("anna.weber@contoso.com")).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("a wrong password is told, and not shown", async () => {
  const credential = { by: "basic", ...embedded.account, password: "n0t-the-password" } as const;
  const { check, close } = createEwsMailboxes({ ...embedded.options, credential });
  await expect(check("anna.weber@contoso.com")).rejects.toMatchObject({
    code: "WRONG_CREDENTIALS",
    message: expect.not.stringContaining(credential.password),
  });
  await close();
});

test("the mailbox of the other side cannot be opened on this one", async () => {
  const { check, close } = createEwsMailboxes(embedded.options);
  await expect(check("uma.patel@contoso.com")).rejects.toMatchObject({
    code: "MAILBOX_NOT_FOUND",
    message: expect.stringContaining("other side"),
  });
  await close();
});
