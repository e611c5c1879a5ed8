import { extents, isCalendar, levelOf, levels, permissionsOf, readings } from "../../folder-rights.ts";
import { recipientByAddress, recipientBySid, type Folder, type Recipient } from "../../store.ts";
import type { FolderRights } from "../../stored-folder.ts";
import type { Call } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { booleanOf } from "../fields/field.ts";
import { child, element, type Element } from "../xml.ts";

const yesOrNo = {
  "t:CanCreateItems": "createItems",
  "t:CanCreateSubFolders": "createSubFolders",
  "t:IsFolderOwner": "owner",
  "t:IsFolderVisible": "visible",
  "t:IsFolderContact": "contact",
} as const;

/** Calendars have a set of their own, with levels and degrees of reading of their own. */
function namesOf(folder: Folder): { list: string; each: string; level: string } {
  return isCalendar(folder)
    ? { list: "t:CalendarPermissions", each: "t:CalendarPermission", level: "t:CalendarPermissionLevel" }
    : { list: "t:Permissions", each: "t:Permission", level: "t:PermissionLevel" };
}

/** `t:PermissionSet` of a folder. */
export function permissionSet(call: Call, folder: Folder): Element {
  const names = namesOf(folder);
  const entries = permissionsOf(folder).map(({ user, rights }) =>
    element(
      names.each,
      {},
      userId(call, user),
      ...Object.entries(yesOrNo).map(([name, key]) => element(name, {}, String(rights[key]))),
      element("t:EditItems", {}, rights.edit),
      element("t:DeleteItems", {}, rights.delete),
      element("t:ReadItems", {}, rights.read),
      element(names.level, {}, levelOf(rights)),
    ),
  );
  return element("t:PermissionSet", {}, element(names.list, {}, ...entries));
}

function userId(call: Call, user: string): Element {
  const account = call.side.recipients.get(user);
  if (!account) return element("t:UserId", {}, element("t:DistinguishedUser", {}, user));
  return element(
    "t:UserId",
    {},
    account.sid === undefined ? undefined : element("t:SID", {}, account.sid),
    element("t:PrimarySmtpAddress", {}, account.primarySmtpAddress),
    element("t:DisplayName", {}, account.displayName),
  );
}

/** Replaces a folder's permissions. @throws EwsError when they are for another kind of folder, or name nobody, or somebody twice */
export function setPermissions(call: Call, folder: Folder, given: Element): void {
  const names = namesOf(folder);
  if (child(given, "t:UnknownEntries")) throw new EwsError("ErrorCannotSetPermissionUnknownEntries");
  const list = child(given, names.list);
  if (!list)
    throw new EwsError(
      isCalendar(folder)
        ? "ErrorCannotSetNonCalendarPermissionOnCalendarFolder"
        : "ErrorCannotSetCalendarPermissionOnNonCalendarFolder",
    );
  const permissions = list.children.map((each) => ({
    user: userOf(call, child(each, "t:UserId") ?? element("t:UserId")),
    rights: rightsOf(each, names.level),
  }));
  if (new Set(permissions.map(({ user }) => user)).size < permissions.length)
    throw new EwsError("ErrorDuplicateUserIdsSpecified");
  folder.permissions = permissions;
}

/** A level other than Custom says everything; whatever stands beside it counts for nothing. */
function rightsOf(given: Element, levelName: string): FolderRights {
  const level = child(given, levelName)?.text ?? "";
  const whole = levels[level];
  if (whole) return { ...whole };
  if (level !== "Custom") throw schemaError(`The '${levelName.slice(2)}' element is invalid: '${level}'.`);
  const yes = (name: keyof typeof yesOrNo): boolean => {
    const found = child(given, name);
    return found !== undefined && booleanOf(found);
  };
  const one = <const Text extends string>(name: string, values: readonly Text[]): Text | undefined =>
    values.find((value) => value === child(given, name)?.text);
  return {
    createItems: yes("t:CanCreateItems"),
    createSubFolders: yes("t:CanCreateSubFolders"),
    owner: yes("t:IsFolderOwner"),
    visible: yes("t:IsFolderVisible"),
    contact: yes("t:IsFolderContact"),
    edit: one("t:EditItems", extents) ?? "None",
    delete: one("t:DeleteItems", extents) ?? "None",
    read: one("t:ReadItems", readings) ?? "None",
  };
}

function userOf({ side }: Call, id: Element): string {
  const text = (name: string): string | undefined => child(id, name)?.text;
  const distinguished = text("t:DistinguishedUser");
  if (distinguished !== undefined) return distinguished;
  const [sid, address] = [text("t:SID"), text("t:PrimarySmtpAddress")];
  if (sid === undefined && address === undefined) throw new EwsError("ErrorMissingUserIdInformation");
  const account: Recipient | undefined =
    address === undefined ? recipientBySid(side, sid ?? "") : recipientByAddress(side, address);
  if (!account || (sid !== undefined && account.sid !== sid)) throw new EwsError("ErrorInvalidUserInfo");
  return account.guid;
}
