import { isCalendar } from "../folder-rights.ts";
import type { Folder } from "../store.ts";
import { EwsError, schemaError } from "./error.ts";
import { readExtended } from "./extended/property.ts";
import type { View } from "./fields/field.ts";
import { kindOfClass } from "./folder/kind.ts";
import { compare } from "./restriction.ts";
import { readDateTime } from "./time.ts";
import { element, type Element } from "./xml.ts";

/** What a calendar or a list of contacts shows instead of a page: which items, and in which order. */
export interface ItemView {
  /** @throws EwsError for a folder of another kind */
  check: (folder: Folder) => void;
  shows: (view: View) => boolean;
  compare: (left: View, right: View) => number;
  /** The page of it, as a view of pages. */
  page: Element;
}

const appointments = "00062002-0000-0000-c000-000000000046";
const mostYears = 2;

/** Reads `m:CalendarView` or `m:ContactsView`. @throws EwsError when it cannot be shown */
export function readItemView(given: Element): ItemView {
  const { MaxEntriesReturned } = given.attributes;
  const page = element("m:IndexedPageItemView", { MaxEntriesReturned, Offset: 0, BasePoint: "Beginning" });
  return { ...(given.name === "m:CalendarView" ? calendarView(given) : contactsView(given)), page };
}

/** Items that take place between two times, by their start. https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendarview */
function calendarView(given: Element): Omit<ItemView, "page"> {
  const [from, until] = [timeIn(given, "StartDate"), timeIn(given, "EndDate")];
  if (until < from) throw new EwsError("ErrorCalendarEndDateIsEarlierThanStartDate");
  const latest = new Date(from);
  if (until > latest.setUTCFullYear(latest.getUTCFullYear() + mostYears))
    throw new EwsError("ErrorCalendarViewRangeTooBig");
  return {
    check: (folder) => {
      if (!isCalendar(folder)) throw new EwsError("ErrorCalendarFolderIsInvalidForCalendarView");
    },
    shows: (view) => {
      const [start, end] = [momentOf(view, "start"), momentOf(view, "end")];
      return start < until && (end > from || (start === end && start >= from));
    },
    compare: (left, right) => momentOf(left, "start") - momentOf(right, "start"),
  };
}

/** PidLidAppointmentStartWhole and PidLidAppointmentEndWhole; NaN of what takes place at no time. */
function momentOf(view: View, which: "start" | "end"): number {
  const propertyId = which === "start" ? 0x820d : 0x820e;
  const value = readExtended(view, { setId: appointments, propertyId, type: "SystemTime" });
  return Date.parse(String(value));
}

/** Items from one name to another, both included, by name. */
function contactsView(given: Element): Omit<ItemView, "page"> {
  const { InitialName: first, FinalName: last } = given.attributes;
  return {
    check: (folder) => {
      if (kindOfClass(folder.folderClass) !== "t:ContactsFolder")
        throw new EwsError("ErrorInvalidFolderTypeForOperation");
    },
    shows: (view) =>
      (first === undefined || compare(nameOf(view), first) >= 0) &&
      (last === undefined || compare(nameOf(view), last) <= 0),
    compare: (left, right) => compare(nameOf(left), nameOf(right)),
  };
}

/** PidTagDisplayName, of what has none its subject. */
function nameOf(view: View): string {
  return String(readExtended(view, { tag: "0x3001", type: "String" }) ?? view.item.subject);
}

function timeIn({ name, attributes }: Element, which: string): number {
  const time = readDateTime(attributes[which] ?? "");
  if (time === undefined) throw schemaError(`The '${which}' attribute of '${name}' is invalid.`);
  return time;
}
