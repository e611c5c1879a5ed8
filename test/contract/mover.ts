import { at, element } from "../../reconciler/mailbox/ews/xml.ts";
import { itemId } from "../../reconciler/mailbox/ews/item.ts";
import { onlyResponse } from "../../reconciler/mailbox/ews/soap.ts";
import type { Call as EwsCall, Operation } from "../../reconciler/mailbox/ews/operation.ts";
import type { Xml } from "../../reconciler/mailbox/ews/xml.ts";
import type { Call as GraphCall } from "../../reconciler/mailbox/graph/client.ts";

/** What a person, or a rule, does with the folders of a mailbox. */
export interface Mover {
  /** Makes a folder within another (a well-known name or an id), and answers its id. */
  makeFolder: (parent: string, name: string) => Promise<string>;
  /** Moves an item to a folder: a well-known name or an id. */
  move: (id: string, folder: string) => Promise<void>;
  /** Puts a message there that looks as if it had come in. */
  receive: (messageId: string, folder: string) => Promise<void>;
}

const header = (messageId: string): string =>
  `Received: from a.example by b.example with ESMTPS; Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: ${messageId}\r\nSubject: Received\r\n`;

function folderId(folder: string): Xml {
  return /^[a-z]+$/.test(folder)
    ? element("t:DistinguishedFolderId", { Id: folder })
    : element("t:FolderId", { Id: folder });
}

const createFolder: Operation<{ parent: string; name: string }, string> = {
  name: "CreateFolder",
  repeatable: false,
  request: ({ parent, name }) =>
    element(
      "m:CreateFolder",
      {},
      element("m:ParentFolderId", {}, folderId(parent)),
      element("m:Folders", {}, element("t:Folder", {}, element("t:DisplayName", {}, name))),
    ),
  parse: (answer, about) =>
    at(onlyResponse(answer, about), "Folders", "Folder", "FolderId")?.attributes["Id"] ?? "",
};

const moveItem: Operation<{ id: string; folder: string }, void> = {
  name: "MoveItem",
  repeatable: false,
  request: ({ id, folder }) =>
    element(
      "m:MoveItem",
      {},
      element("m:ToFolderId", {}, folderId(folder)),
      element("m:ItemIds", {}, itemId("t:ItemId", { id })),
    ),
  parse: (answer, about) => void onlyResponse(answer, about),
};

const createReceived: Operation<{ messageId: string; folder: string }, void> = {
  name: "CreateItem",
  repeatable: false,
  request: ({ messageId, folder }) =>
    element(
      "m:CreateItem",
      { MessageDisposition: "SaveOnly" },
      element("m:SavedItemFolderId", {}, folderId(folder)),
      element(
        "m:Items",
        {},
        element(
          "t:Message",
          {},
          element("t:MimeContent", {}, Buffer.from(`${header(messageId)}\r\nHello`).toString("base64")),
          element(
            "t:ExtendedProperty",
            {},
            element("t:ExtendedFieldURI", { PropertyTag: "0x0E07", PropertyType: "Integer" }),
            element("t:Value", {}, "1"),
          ),
        ),
      ),
    ),
  parse: (answer, about) => void onlyResponse(answer, about),
};

/** Over EWS, by impersonation. */
export function ewsMover(call: EwsCall, mailbox: string): Mover {
  return {
    makeFolder: (parent, name) => call(createFolder, { parent, name }, mailbox),
    move: (id, folder) => call(moveItem, { id, folder }, mailbox),
    receive: (messageId, folder) => call(createReceived, { messageId, folder }, mailbox),
  };
}

/** Over Graph. */
export function graphMover(call: GraphCall, mailbox: string): Mover {
  const base = `/users/${mailbox}`;
  return {
    makeFolder: async (parent, displayName) => {
      const path = `${base}/mailFolders/${parent}/childFolders`;
      return (await call<{ id: string }>({ method: "POST", path, body: { displayName } }, "make folder")).id;
    },
    move: async (id, destinationId) => {
      const path = `${base}/messages/${encodeURIComponent(id)}/move`;
      const headers = { prefer: 'IdType="ImmutableId"' };
      await call({ method: "POST", path, body: { destinationId }, headers }, "move");
    },
    receive: async (messageId, folder) => {
      const path = `${base}/mailFolders/${folder}/messages`;
      const properties = [
        { id: "Integer 0x0E07", value: "1" },
        { id: "String 0x007D", value: header(messageId) },
      ];
      const body = { internetMessageId: messageId, singleValueExtendedProperties: properties };
      await call({ method: "POST", path, body }, "receive");
    },
  };
}
