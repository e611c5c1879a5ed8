import { query, within } from "./message.ts";
import type { Call } from "./client.ts";

/** Opens Sent Items of a mailbox. @throws Fault saying why it cannot be opened */
export async function getFolder(call: Call, mailbox: string): Promise<void> {
  const path = within(mailbox, "mailFolders", "sentitems") + query({ $select: "id" });
  await call({ method: "GET", path }, `Opening Sent Items of mailbox '${mailbox}'`, mailbox);
}
