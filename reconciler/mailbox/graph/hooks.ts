import { Fault, isFault } from "../../fault.ts";
import type { Hooks } from "../inbox.ts";
import type { Call } from "./client.ts";
import { type Page, prefer } from "./message.ts";

interface Subscription {
  id: string;
  notificationUrl?: string | null;
}

const path = "/subscriptions";

/** Change notifications of Graph: https://learn.microsoft.com/graph/outlook-change-notifications-overview */
export function graphHooks(call: Call): Hooks {
  const one = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  return {
    create: async (mailbox, { url, secret }, until) => {
      const body = {
        changeType: "created",
        notificationUrl: url,
        lifecycleNotificationUrl: url,
        resource: `users/${encodeURIComponent(mailbox)}/mailFolders('inbox')/messages`,
        expirationDateTime: new Date(until).toISOString(),
        clientState: secret,
      };
      const about = `Subscribing to the Inbox of mailbox '${mailbox}'`;
      const { id } = await call<Subscription>(
        { method: "POST", path, body, headers: prefer },
        about,
        mailbox,
      );
      if (typeof id === "string") return id;
      throw new Fault("UNEXPECTED", `${about}: Graph answered no subscription and no error.`);
    },
    renew: async (id, until) => {
      const body = { expirationDateTime: new Date(until).toISOString() };
      const ask = { method: "PATCH", path: one(id), body } as const;
      return isThere(call(ask, "Renewing a subscription"));
    },
    remove: async (id) => {
      await isThere(call({ method: "DELETE", path: one(id) }, "Ending a subscription"));
    },
    list: async (url) => {
      const found: string[] = [];
      for (let next: string | undefined = path; next !== undefined;) {
        const page: Page<Subscription> = await call({ method: "GET", path: next }, "Listing subscriptions");
        for (const { id, notificationUrl } of page.value) if (notificationUrl === url) found.push(id);
        next = page["@odata.nextLink"];
      }
      return found;
    },
  };
}

/** Whether what was asked about is there. A subscription that is not is told in the words of a missing user. */
async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isFault(error, "ITEM_NOT_FOUND", "MAILBOX_NOT_FOUND")) return false;
    throw error;
  }
}
