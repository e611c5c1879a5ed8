import { at, type Element, element } from "./xml.ts";
import { field } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";

/** The id of the folder of a name beside the Inbox, or undefined when there is none. */
export const findFolderNamed: Operation<string, string | undefined> = {
  name: "FindFolder",
  repeatable: true,
  request: (name) =>
    element(
      "m:FindFolder",
      { Traversal: "Shallow" },
      element("m:FolderShape", {}, element("t:BaseShape", {}, "IdOnly")),
      element(
        "m:Restriction",
        {},
        element(
          "t:IsEqualTo",
          {},
          field("folder:DisplayName"),
          element("t:FieldURIOrConstant", {}, element("t:Constant", { Value: name })),
        ),
      ),
      element("m:ParentFolderIds", {}, element("t:DistinguishedFolderId", { Id: "msgfolderroot" })),
    ),
  parse: (answer, about) => {
    const [folder] = at(onlyResponse(answer, about), "RootFolder", "Folders")?.children ?? [];
    return folder && folderIdOf(folder, about);
  },
};

/** @throws Fault UNEXPECTED when a folder has no id */
export function folderIdOf(folder: Element | undefined, about: string): string {
  const id = at(folder, "FolderId")?.attributes["Id"];
  if (id !== undefined) return id;
  throw new Fault("UNEXPECTED", `${about}: Exchange answered no folder and no error.`);
}
