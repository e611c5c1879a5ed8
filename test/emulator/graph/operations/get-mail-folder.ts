import { folderOf, openMailbox, type Operation } from "../call.ts";
import { folderBody, folderProperties } from "../folder.ts";
import { readSelect } from "../query/options.ts";

/** GET mailFolders/{id}, by id or well-known name. */
export const getMailFolder: Operation = (call) => {
  const opened = openMailbox(call);
  const folder = folderOf(opened, call.params["folder"] ?? "");
  const select = readSelect(call, "microsoft.graph.mailFolder", folderProperties);
  const context = `${call.root}/$metadata#users('${opened.owner.guid}')/mailFolders/$entity`;
  return { status: 200, body: { "@odata.context": context, ...folderBody(opened, folder, select) } };
};
