import { folderOf, openMailbox, type Operation } from "../call.ts";
import { childFolders, folderBody, folderProperties, topFolder } from "../folder.ts";
import { collection } from "../query/collection.ts";
import { walk } from "../query/match.ts";
import { readSelect } from "../query/options.ts";

/** GET mailFolders and GET mailFolders/{id}/childFolders: the folders right below. */
export const listMailFolders: Operation = (call) => {
  const opened = openMailbox(call);
  const { folder } = call.params;
  const parent = folder === undefined ? topFolder(opened) : folderOf(opened, folder);
  const select = readSelect(call, "microsoft.graph.mailFolder", folderProperties);
  return collection(call, {
    context: `users('${opened.owner.guid}')/mailFolders`,
    things: childFolders(opened, parent),
    reader: (each) => (path) => walk(folderBody(opened, each), path),
    write: (each) => folderBody(opened, each, select),
    usualSize: 10,
    largestSize: 1000,
    order: [{ property: "displayName", descending: false }],
  });
};
