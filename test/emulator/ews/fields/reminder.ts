import type { Item } from "../../store.ts";
import { setGuid } from "../extended/path.ts";
import { dateTime } from "../time.ts";
import { booleanOf, plain, timeOf, wholeNumberOf, type Change, type Field } from "./field.ts";

/** A MAPI property that holds one part of the reminder: clients that look for it there find it too ([MS-OXORMDR]). */
type Part = { setId: string; propertyId: number; type: "Boolean" | "SystemTime" | "Integer" };

const setId = setGuid("Common");
const minutes: Part = { setId, propertyId: 0x8501, type: "Integer" };
const dueBy: Part = { setId, propertyId: 0x8502, type: "SystemTime" };
const isSet: Part = { setId, propertyId: 0x8503, type: "Boolean" };

function valueOf({ extended }: Item, { propertyId }: Part): string | undefined {
  const found = extended.find((each) => each.setId === setId && each.propertyId === propertyId);
  return found === undefined ? undefined : String(found.value);
}

function keep({ item }: Change, part: Part, value: string | undefined): void {
  item.extended = item.extended.filter((each) => each.setId !== setId || each.propertyId !== part.propertyId);
  if (value !== undefined) item.extended.push({ ...part, value });
}

/** When, and whether, the owner is to be reminded of an item; in the schema's order. */
export const reminder: Field[] = [
  plain(
    "item:ReminderDueBy",
    "date",
    ({ item }) => {
      const due = valueOf(item, dueBy);
      return due === undefined ? undefined : Date.parse(due);
    },
    {
      shape: "AllProperties",
      set: (change, value) => keep(change, dueBy, dateTime(timeOf(value))),
      clear: (change) => keep(change, dueBy, undefined),
    },
  ),
  plain("item:ReminderIsSet", "boolean", ({ item }) => valueOf(item, isSet) === "true", {
    shape: "AllProperties",
    set: (change, value) => keep(change, isSet, String(booleanOf(value))),
    clear: (change) => keep(change, isSet, undefined),
  }),
  plain(
    "item:ReminderMinutesBeforeStart",
    "integer",
    ({ item }) => {
      const before = valueOf(item, minutes);
      return before === undefined ? undefined : Number(before);
    },
    {
      shape: "AllProperties",
      set: (change, value) => keep(change, minutes, String(wholeNumberOf(value))),
      clear: (change) => keep(change, minutes, undefined),
    },
  ),
];
