import { type Message, type Page, prefer, query, quoted, within } from "./message.ts";
import { graphHooks } from "./hooks.ts";
import { unlessGone } from "./unless-gone.ts";
import { type Inbox, setAsideFolder } from "../inbox.ts";
import type { Call } from "./client.ts";

/** PidTagTransportMessageHeaders: what the message came in with. */
const headersId = "String 0x007D";

/** The inbox port over Graph, which tells of news only where it can reach (hooks.ts): else it has to be asked. */
export function graphInbox(call: Call): Inbox {
  return {
    hooks: graphHooks(call),
    list: async (mailbox, most) => {
      const path = within(mailbox, "mailFolders", "inbox", "messages");
      const options = { $select: "id", $orderby: "receivedDateTime", $top: String(most) };
      const ask = { method: "GET", path: path + query(options), headers: prefer } as const;
      const { value } = await call<Page<Message>>(ask, `Listing the Inbox of mailbox '${mailbox}'`, mailbox);
      return value.map(({ id }) => id);
    },
    mime: async (mailbox, id) => {
      const path = `${within(mailbox, "messages", id)}/$value`;
      const about = `Reading a message of mailbox '${mailbox}'`;
      const ask = { method: "GET", path, headers: prefer, raw: true } as const;
      const bytes = await unlessGone(call<ArrayBuffer>(ask, about, mailbox));
      return bytes && new Uint8Array(bytes);
    },
    head: async (mailbox, id) => {
      const options = {
        $select: "id",
        $expand: `singleValueExtendedProperties($filter=id eq '${headersId}')`,
      };
      const path = within(mailbox, "messages", id) + query(options);
      const about = `Reading the header of a message of mailbox '${mailbox}'`;
      const ask = { method: "GET", path, headers: prefer } as const;
      const message = await unlessGone(call<Message>(ask, about, mailbox));
      return message && Buffer.from(message.singleValueExtendedProperties?.[0]?.value ?? "", "utf8");
    },
    remove: async (mailbox, ids) => {
      const about = `Deleting a message of mailbox '${mailbox}'`;
      for (const id of ids) {
        const path = within(mailbox, "messages", id, "permanentDelete");
        await unlessGone(call({ method: "POST", path, headers: prefer }, about, mailbox));
      }
    },
    setAside: async (mailbox, id) => {
      const about = `Setting a message of mailbox '${mailbox}' aside`;
      const folders = within(mailbox, "mailFolders");
      const named = query({ $select: "id", $filter: `displayName eq ${quoted(setAsideFolder)}` });
      const known = await call<Page<{ id: string }>>(
        { method: "GET", path: folders + named },
        about,
        mailbox,
      );
      const body = { displayName: setAsideFolder };
      const folder =
        known.value[0] ??
        (await call<{ id: string }>({ method: "POST", path: folders, body }, about, mailbox));
      const path = within(mailbox, "messages", id, "move");
      const move = { method: "POST", path, headers: prefer, body: { destinationId: folder.id } } as const;
      await unlessGone(call(move, about, mailbox));
    },
    watch: (_mailbox, _onNews, signal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
  };
}
