import { storeMessage } from "../mailbox.ts";
import { all, anna, startEws, xmlText, type Answered, type EwsTest } from "./client.ts";
import { folderXml, uris } from "./requests.ts";

/** When the first of the twelve messages arrived; each later one an hour after the one before. */
export const start = Date.UTC(2026, 0, 1);
export const hour = 3_600_000;
export const everyone = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
export const subjects = ["alpha", "Beta", "gamma delta", "ALPHA two", "Émile", "epsilon"];

/** An EWS server with twelve numbered messages in Anna's inbox: every second one read, every third important. */
export async function startFilled(): Promise<EwsTest> {
  const ews = await startEws();
  const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
  if (!mailbox) throw new Error("Anna has no mailbox");
  for (const [index, subject] of [...subjects, ...subjects].entries()) {
    const mime = Buffer.from(
      `From: p${index}@example.org\r\nTo: ${anna}\r\nSubject: ${subject} ${index}\r\nMessage-ID: <${index}@x>\r\nImportance: ${index % 3 === 0 ? "high" : "normal"}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbody ${index}`,
    );
    const at = start + index * hour;
    const item = await storeMessage(ews.organization, mailbox, "inbox", mime, {
      at,
      isRead: index % 2 === 0,
    });
    if (index % 4 === 0) item.categories = ["Red", `c${index}`];
    if (index % 5 === 0) {
      const setId = "00020329-0000-0000-c000-000000000046";
      item.extended.push({ setId, name: "n", type: "Integer", value: String(index) });
    }
  }
  return ews;
}

/** Parts of a FindItem request, as XML. */
export interface Query {
  more?: string;
  view?: string;
  restriction?: string;
  order?: string;
  base?: string;
  folders?: string;
  traversal?: string;
  group?: string;
  /** A query string; `&` and `<` are escaped. */
  words?: string;
}

/** A FindItem request; of the inbox and for Message-IDs unless told. */
export function findXml({
  more = uris("message:InternetMessageId"),
  view = "",
  restriction = "",
  order = "",
  base = "IdOnly",
  folders = folderXml("inbox"),
  traversal = "Shallow",
  group = "",
  words = "",
}: Query): string {
  const shape = `<m:ItemShape><t:BaseShape>${base}</t:BaseShape>${more && `<t:AdditionalProperties>${more}</t:AdditionalProperties>`}</m:ItemShape>`;
  return `<m:FindItem Traversal="${traversal}">${shape}${view}${group}${restriction && `<m:Restriction>${restriction}</m:Restriction>`}${order && `<m:SortOrder>${order}</m:SortOrder>`}<m:ParentFolderIds>${folders}</m:ParentFolderIds>${words && `<m:QueryString>${xmlText(words)}</m:QueryString>`}</m:FindItem>`;
}

/** Numbers of the found messages, in the order of the answer. */
export function numbers(answered: Answered): number[] {
  return all(answered.body, "t:InternetMessageId").map(({ text }) => Number(/\d+/.exec(text)?.[0]));
}

/** A comparison of a property (a `FieldURI` or a path element) with a constant. */
export function compare(operator: string, uri: string, value: string): string {
  const constant = `<t:FieldURIOrConstant><t:Constant Value="${xmlText(value)}"/></t:FieldURIOrConstant>`;
  return `<t:${operator}>${uri.startsWith("<") ? uri : uris(uri)}${constant}</t:${operator}>`;
}
