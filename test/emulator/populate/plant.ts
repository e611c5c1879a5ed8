import MailComposer from "nodemailer/lib/mail-composer";
import { createFolder, folderNamed } from "../folder-tree.ts";
import { findFolder, storeMessage } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import { recipientByAddress, type Folder, type Mailbox } from "../store.ts";

/** A message of a seed file. */
export interface PlantedMail {
  /** Address of the mailbox that it lies in. */
  mailbox: string;
  /** A distinguished folder id (`sentitems`), or the path of a folder of one's own below the top (`Projects/2026`), made when missing. */
  folder?: string;
  /** The message itself; else it is composed of what follows. */
  mime?: string;
  from?: string;
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  text?: string;
  html?: string;
  messageId?: string;
  /** ISO 8601; an hour before the start unless told. */
  date?: string;
  headers?: Record<string, string>;
  attachments?: PlantedAttachment[];
  read?: boolean;
  flagged?: boolean;
  categories?: string[];
  importance?: "Low" | "Normal" | "High";
}

export interface PlantedAttachment {
  name: string;
  type?: string;
  /** With one, it belongs to the HTML body. */
  contentId?: string;
  text?: string;
  base64?: string;
}

/** Puts the messages of a seed file into their mailboxes. @throws Error when there is no such mailbox */
export async function plant(organization: Organization, mail: readonly PlantedMail[]): Promise<void> {
  for (const each of mail) {
    const mailbox = mailboxOf(organization, each.mailbox);
    const folder = folderOf(organization, mailbox, each.folder ?? "inbox");
    const at = each.date === undefined ? organization.now() - 3_600_000 : Date.parse(each.date);
    const sent = folder.distinguishedId === "sentitems";
    const item = await storeMessage(organization, mailbox, folder.id, await mimeOf(each, at), {
      at,
      isRead: each.read ?? sent,
      isDraft: folder.distinguishedId === "drafts",
    });
    if (each.categories) item.categories = [...each.categories];
    if (each.flagged) item.flag = { status: "Flagged" };
    if (each.importance) item.importance = each.importance;
  }
}

function mailboxOf(organization: Organization, address: string): Mailbox {
  for (const side of organization.store.sides.values()) {
    const mailbox = side.mailboxes.get(recipientByAddress(side, address)?.guid ?? "");
    if (mailbox) return mailbox;
  }
  throw new Error(
    `The seed has mail for ${address}, who has no mailbox: add the person, or correct the address.`,
  );
}

function folderOf(organization: Organization, mailbox: Mailbox, path: string): Folder {
  const known = findFolder(mailbox, path.toLowerCase());
  if (known) return known;
  let parent = findFolder(mailbox, "msgfolderroot");
  for (const displayName of path.split("/")) {
    const parentId: string = parent?.id ?? "";
    parent =
      folderNamed(mailbox, parentId, displayName) ??
      createFolder(organization, mailbox, parentId, displayName);
  }
  if (!parent) throw new Error(`The mailbox of ${mailbox.owner} has no top folder.`);
  return parent;
}

async function mimeOf(mail: PlantedMail, at: number): Promise<Uint8Array> {
  if (mail.mime !== undefined) return Buffer.from(mail.mime.replace(/\r?\n/g, "\r\n"));
  const own = mail.folder?.toLowerCase() === "sentitems" || mail.folder?.toLowerCase() === "drafts";
  const composed = new MailComposer({
    from: mail.from ?? (own ? mail.mailbox : "somebody@fabrikam.example"),
    to: mail.to ?? (own ? [] : [mail.mailbox]),
    cc: mail.cc ?? [],
    bcc: mail.bcc ?? [],
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.messageId === undefined ? {} : { messageId: mail.messageId }),
    date: new Date(at),
    headers: {
      ...(mail.importance === undefined ? {} : { Importance: mail.importance.toLowerCase() }),
      ...mail.headers,
    },
    attachments: (mail.attachments ?? []).map(({ name, type, contentId, text = "", base64 }) => ({
      filename: name,
      content: base64 === undefined ? Buffer.from(text) : Buffer.from(base64, "base64"),
      ...(type === undefined ? {} : { contentType: type }),
      ...(contentId === undefined ? {} : { cid: contentId, contentDisposition: "inline" as const }),
    })),
  }).compile();
  Object.assign(composed, { keepBcc: true });
  return composed.build();
}
