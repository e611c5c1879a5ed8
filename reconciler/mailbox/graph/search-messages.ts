import { type FolderFacts, placeOf, wellKnownNames } from "../place.ts";
import {
  isReceived,
  type Message,
  type Page,
  prefer,
  query,
  quoted,
  searchQuery,
  summaryOf,
  within,
} from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { Placed } from "../protocol.ts";
import type { Call } from "./client.ts";

/** More copies of one message than this are in no mailbox. */
const most = "50";

/** Looks for a Message-ID in all folders of a mailbox but Sent Items, what can be recovered among them. */
export async function searchMessages(call: Call, mailbox: string, messageId: string): Promise<Placed[]> {
  const about = `Searching mailbox '${mailbox}'`;
  const $filter = `internetMessageId eq ${quoted(messageId)}`;
  const options = query({ ...searchQuery, $filter, $top: most });

  const list = async (...names: string[]): Promise<Message[]> => {
    const path = within(mailbox, ...names, "messages") + options;
    return (await call<Page<Message>>({ method: "GET", path, headers: prefer }, about, mailbox)).value;
  };
  const folder = async (id: string): Promise<Folder | undefined> => {
    const path = within(mailbox, "mailFolders", id) + query({ $select: "id,parentFolderId" });
    return unlessGone(call<Folder>({ method: "GET", path }, about, mailbox));
  };

  const [seen, recoverable = []] = await Promise.all([
    list(),
    unlessGone(list("mailFolders", "recoverableitemsdeletions")),
  ]);
  const found = [...seen, ...recoverable];
  if (found.length === 0) return [];
  const tree = new Map<string, FolderFacts>();
  const known = await Promise.all(wellKnownNames.map(async (name) => ({ name, folder: await folder(name) })));
  for (const { name, folder: each } of known) if (each) tree.set(each.id, facts(each, name));
  // From each message's folder upwards, as far as the first one that is known.
  for (const { parentFolderId } of found) {
    for (let id = parentFolderId; id !== undefined && id !== null && !tree.has(id);) {
      const each = await folder(id);
      if (each === undefined) break;
      tree.set(id, facts(each));
      id = each.parentFolderId ?? undefined;
    }
  }
  return found.flatMap((message) => {
    const folder = message.parentFolderId ?? "";
    const place = placeOf(folder, tree);
    return place === "sent"
      ? []
      : [{ ...summaryOf(message, about), folder, place, received: isReceived(message) }];
  });
}

interface Folder {
  id: string;
  parentFolderId?: string | null;
}

function facts({ id, parentFolderId }: Folder, name?: string): FolderFacts {
  return { id, parentId: parentFolderId ?? undefined, name };
}
