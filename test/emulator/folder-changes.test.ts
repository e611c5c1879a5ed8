import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changesSince, nothingSeen } from "./folder-changes.ts";
import { createMailbox, moveItem, removeItem, storeMessage } from "./mailbox.ts";
import { createOrganization } from "./organization.ts";

test("what somebody has followed of a folder outlives a restart of the server", async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), "sync-test-"));
  const mime = Buffer.from("Subject: x\r\n\r\nx");
  const first = await createOrganization({ dataFolder });
  const mailbox = createMailbox(first, "11111111-2222-3333-4444-555555555555");
  first.store.sides.get("onPremises")?.mailboxes.set(mailbox.owner, mailbox);
  const [one, other] = [
    await storeMessage(first, mailbox, "inbox", mime, { at: 0 }),
    await storeMessage(first, mailbox, "inbox", mime, { at: 0 }),
  ];
  const { seen } = changesSince(mailbox, one.folderId, nothingSeen, first.store.sequence, 9);
  removeItem(first, mailbox, one);
  await first.flush();
  const second = await createOrganization({ dataFolder });
  const again = second.store.sides.get("onPremises")?.mailboxes.get(mailbox.owner) ?? mailbox;
  const item = again.items.get(other.id) ?? other;
  moveItem(second, again, item, `${mailbox.owner}-drafts`);
  const { changes } = changesSince(again, one.folderId, seen, second.store.sequence, 9);
  expect(changes).toMatchObject([
    { is: "delete", removed: { id: one.id } },
    { is: "delete", removed: { id: other.id } },
  ]);
  await second.flush();
  await rm(dataFolder, { recursive: true });
});
