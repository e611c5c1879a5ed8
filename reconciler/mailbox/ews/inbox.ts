import { deleteItem } from "./delete-item.ts";
import { getHead } from "./get-head.ts";
import { getMime } from "./get-mime.ts";
import { getStreamingEvents } from "./get-streaming-events.ts";
import { listInbox } from "./list-inbox.ts";
import { subscribe } from "./subscribe.ts";
import { createFolder } from "./create-folder.ts";
import { findFolderNamed } from "./find-folder-named.ts";
import { moveItem } from "./move-item.ts";
import { type Inbox, setAsideFolder } from "../inbox.ts";
import type { Call, Listen } from "./operation.ts";

/** The inbox port over EWS: told of new mail by a streaming subscription. */
export function ewsInbox(call: Call, listen: Listen): Inbox {
  return {
    list: (mailbox, most) => call(listInbox, most, mailbox),
    mime: (mailbox, id) => call(getMime, id, mailbox),
    head: (mailbox, id) => call(getHead, id, mailbox),
    remove: async (mailbox, ids) => {
      if (ids.length > 0) await call(deleteItem, { ids, how: "HardDelete" }, mailbox);
    },
    setAside: async (mailbox, id) => {
      const folder =
        (await call(findFolderNamed, setAsideFolder, mailbox)) ??
        (await call(createFolder, setAsideFolder, mailbox));
      await call(moveItem, { id, folder }, mailbox);
    },
    watch: async (mailbox, onNews, signal) => {
      const subscription = await call(subscribe, undefined, mailbox);
      // What came before the subscription is not told.
      onNews();
      for await (const { arrived, closed } of listen(getStreamingEvents, subscription, mailbox, signal)) {
        if (arrived) onNews();
        if (closed) return;
      }
    },
  };
}
