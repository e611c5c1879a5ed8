import { afterAll, beforeAll, expect, test } from "vitest";
import type { Props } from "../../providers/kind.ts";
import { trialMailbox } from "../../providers/trial-mailbox.ts";
import { sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

const anna = "anna.weber@contoso.com";
const tried = (props: Props): Promise<string | null> =>
  trialMailbox({ Include: "all", Users: [], Groups: [], ...props }, embedded.world.on("onPremises"));

test("is one of the senders with a mailbox on this side, never the account's own", async () => {
  const people = [...sideOf(embedded.emulator.organization, "onPremises").recipients.values()]
    .filter(({ type }) => type === "UserMailbox" || type === "SharedMailbox")
    .map(({ userPrincipalName }) => userPrincipalName);
  expect(people).toContain(await tried({}));
  expect(await tried({ Include: "only", Users: [anna] })).toBe(anna);
  expect(await tried({ Include: "only", Users: [anna], User: anna })).toBeNull();
});

test("is the named one, looked for only where it may be on the other side", async () => {
  embedded.calls.length = 0;
  expect(await tried({ Mailbox: "typed@untrusted.example", Hybrid: false })).toBe("typed@untrusted.example");
  expect(embedded.calls).toEqual([]);
  expect(await tried({ Mailbox: anna, Hybrid: true })).toBe(anna);
  expect(
    await tried({ Mailbox: "o'hara@elsewhere.example", Hybrid: true, Include: "only", Users: [anna] }),
  ).toBe(anna);
});

test("is nobody where no sender has a mailbox here", async () => {
  expect(await tried({ Include: "only", Users: ["nobody@contoso.com"] })).toBeNull();
});
