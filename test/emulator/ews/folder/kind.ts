import type { Folder } from "../../store.ts";

/** The class of each kind of folder, where the client names none. */
export const classes: Readonly<Record<string, string>> = {
  "t:Folder": "IPF.Note",
  "t:CalendarFolder": "IPF.Appointment",
  "t:ContactsFolder": "IPF.Contact",
  "t:TasksFolder": "IPF.Task",
  "t:SearchFolder": "IPF.Note",
};

/** The schema's element for folders of a class: a calendar, contacts or tasks folder has that class or one below it. */
export function kindOfClass(folderClass: string): string {
  const under = (whole: string | undefined): boolean =>
    whole !== undefined && (folderClass === whole || folderClass.startsWith(`${whole}.`));
  const special = ["t:CalendarFolder", "t:ContactsFolder", "t:TasksFolder"];
  return special.find((kind) => under(classes[kind])) ?? "t:Folder";
}

/** The schema's element for a folder. */
export function folderElementName({ folderClass, search }: Folder): string {
  return search ? "t:SearchFolder" : kindOfClass(folderClass);
}
