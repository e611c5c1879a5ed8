import { afterAll, beforeAll, expect, test } from "vitest";
import { createEwsMailboxes } from "../../../../reconciler/mailbox/ews/adapter.ts";
import { startEmbedded } from "../../../contract/embedded.ts";
import { recipientByAddress, sideOf } from "../../../emulator/store.ts";
import type { EwsConnection } from "../../../../reconciler/mailbox/ews/adapter.ts";
import type { Embedded } from "../../../contract/embedded.ts";
import type { Recipient } from "../../../emulator/store.ts";

let embedded: Embedded;
let connection: EwsConnection;
beforeAll(async () => {
  embedded = await startEmbedded("Alias -ne 'tina.vogel'");
  connection = createEwsMailboxes(embedded.options);
});
afterAll(async () => {
  await connection.close();
  await embedded.close();
});

function recipient(address: string): Recipient {
  const found = recipientByAddress(sideOf(embedded.organization, "onPremises"), address);
  if (!found) throw new Error(`${address} is not in the seed`);
  return found;
}

test("an address that merely begins like another is not that other's", async () => {
  expect(await connection.directory.mailboxOf("anna.weber@contoso.co")).toBeUndefined();
});

test("a mailbox hidden from the address lists is found by opening it", async () => {
  recipient("clara.schulz@contoso.com").hiddenFromAddressLists = true;
  expect(await connection.directory.mailboxOf("Clara.Schulz@contoso.com")).toBe("clara.schulz@contoso.com");
});

test("a hidden mailbox that may not be opened is told, not taken for none", async () => {
  recipient("tina.vogel@contoso.com").hiddenFromAddressLists = true;
  await expect(connection.directory.mailboxOf("tina.vogel@contoso.com")).rejects.toMatchObject({
    code: "ACCESS_DENIED",
  });
});

test("an alias beyond those that Exchange lists leads to the mailbox that opens under it", async () => {
  const ben = recipient("ben.fischer@contoso.com");
  ben.emailAddresses = [
    ...ben.emailAddresses,
    "smtp:b1@contoso.com",
    "smtp:b2@contoso.com",
    "smtp:b3@contoso.com",
  ];
  expect(await connection.directory.mailboxOf("b3@contoso.com")).toBe("ben.fischer@contoso.com");
});

test("groups that contain each other end, with everybody once", async () => {
  const sales = recipient("sales@contoso.com");
  sales.members = [...(sales.members ?? []), recipient("signatures@contoso.com").guid];
  const members = await connection.directory.membersOf("signatures@contoso.com");
  expect(new Set(members).size).toBe(members.length);
  expect(members).toEqual(expect.arrayContaining(["anna.weber@contoso.com", "felix.braun@contoso.com"]));
  expect((await connection.directory.membersOf("sales@contoso.com")).toSorted()).toEqual(members.toSorted());
});
