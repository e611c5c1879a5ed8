import { EwsError } from "../error.ts";
import { dateTime } from "../time.ts";
import { child, element } from "../xml.ts";
import { oneOf, timeOf, type Field } from "./field.ts";

/** The follow-up flag. */
export const flag: Field = {
  uri: "item:Flag",
  name: "t:Flag",
  shape: "AllProperties",
  since: "Exchange2013",
  read: ({ call: { times }, item: { flag } }) => {
    const date = (name: string, time: number | undefined) =>
      time === undefined ? undefined : element(name, {}, dateTime(time, times));
    return element(
      "t:Flag",
      {},
      element("t:FlagStatus", {}, flag.status),
      date("t:StartDate", flag.startDate),
      date("t:DueDate", flag.dueDate),
      date("t:CompleteDate", flag.completeDate),
    );
  },
  set: ({ item }, value) => {
    const status = child(value, "t:FlagStatus");
    if (!status) throw new EwsError("ErrorInvalidValueForProperty");
    const dates = (["StartDate", "DueDate", "CompleteDate"] as const).flatMap((name) => {
      const date = child(value, `t:${name}`);
      return date ? [[`${name.charAt(0).toLowerCase()}${name.slice(1)}`, timeOf(date)]] : [];
    });
    const given = oneOf(status, ["NotFlagged", "Flagged", "Complete"]);
    checkDates(given, new Set(dates.map(([name]) => String(name))));
    item.flag = { status: given, ...Object.fromEntries(dates) };
  },
  clear: ({ item }) => {
    item.flag = { status: "NotFlagged" };
  },
};

/** Which dates go with a status: a start and a due date only together. @throws EwsError ErrorInvalidArgument */
function checkDates(status: string, dates: ReadonlySet<string>): void {
  const wrong =
    (dates.has("completeDate") && status !== "Complete") ||
    ((dates.has("startDate") || dates.has("dueDate")) && status !== "Flagged") ||
    dates.has("startDate") !== dates.has("dueDate");
  if (wrong) throw new EwsError("ErrorInvalidArgument");
}
