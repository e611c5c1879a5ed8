import type { Folder, Mailbox } from "../store.ts";
import { inMailbox } from "./access.ts";
import { required, type Call } from "./call.ts";
import { EwsError } from "./error.ts";
import type { PropertyPath } from "./extended/path.ts";
import { folderPropertyElement } from "./folder/extended.ts";
import {
  firstFolderFields,
  folderFields,
  folderView,
  laterFolderFields,
  type FolderField,
} from "./folder/fields.ts";
import { folderElementName } from "./folder/kind.ts";
import { readFolderPath } from "./folder/path.ts";
import { baseShapeOf, isInShape } from "./shape.ts";
import { child, element, type Element } from "./xml.ts";

/**
 * Reads `m:FolderShape`: what turns a folder into its element. What is found is not asked for its permissions, as in Exchange.
 * @throws EwsError ErrorSchemaValidation | ErrorInvalidPropertyRequest
 */
export function readFolderShape(
  call: Call,
  request: Element,
  finding = false,
): (mailbox: Mailbox, folder: Folder) => Element {
  const shape = required(request, "m:FolderShape");
  const base = baseShapeOf(shape);
  const wanted = new Set(folderFields.filter((field) => isInShape(field, base, call.version)));
  const extended: PropertyPath[] = [];
  for (const uri of child(shape, "t:AdditionalProperties")?.children ?? []) {
    const path = readFolderPath(uri, call.version);
    if (path.is === "extended") extended.push(path.property);
    else if (finding && path.field.uri === "folder:PermissionSet")
      throw new EwsError("ErrorInvalidPropertyRequest");
    else wanted.add(path.field);
  }
  return (mailbox, folder) => {
    const view = folderView(inMailbox(call, mailbox), mailbox, folder);
    const shown = (field: FolderField) => (wanted.has(field) ? field.read(view) : undefined);
    return element(
      folderElementName(folder),
      {},
      ...firstFolderFields.map(shown),
      ...extended.map((path) => folderPropertyElement(folder, path, view.counts)),
      ...laterFolderFields.map(shown),
    );
  };
}
