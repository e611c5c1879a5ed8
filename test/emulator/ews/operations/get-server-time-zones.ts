import { responses, type Operation } from "../call.ts";
import { timeZones, type ClockChange, type TimeZone } from "../time-zones.ts";
import { child, element, type Element } from "../xml.ts";

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** GetServerTimeZones: all time zones of the server or those asked for, with their rules unless only names are wanted. */
export const getServerTimeZones: Operation = (call, request) => {
  const ids = child(request, "m:Ids")?.children.map(({ text }) => text.trim());
  const full = !["false", "0"].includes(request.attributes["ReturnFullTimeZoneData"] ?? "");
  return responses("GetServerTimeZones", [request], () => {
    const year = new Date(call.organization.now()).getUTCFullYear();
    const wanted = timeZones(year).filter(({ id }) => ids?.includes(id) ?? true);
    return [element("m:TimeZoneDefinitions", {}, ...wanted.map((zone) => definition(zone, full)))];
  });
};

function definition(zone: TimeZone, full: boolean): Element {
  const { id: Id, name: Name } = zone;
  return element("t:TimeZoneDefinition", { Id, Name }, ...(full ? rules(zone) : []));
}

/** One group of transitions for all years: today's rules, as for zones whose history Windows does not keep. */
function rules({ id, offset, changes }: TimeZone): Element[] {
  const period = (name: "Standard" | "Daylight"): string => `trule:Microsoft/Registry/${id}/1-${name}`;
  const daylight = changes.find((change) => change.offset !== offset);
  const periods = [
    element("t:Period", { Bias: duration(-offset), Name: "Standard", Id: period("Standard") }),
    daylight &&
      element("t:Period", { Bias: duration(-daylight.offset), Name: "Daylight", Id: period("Daylight") }),
  ];
  const to = (kind: "Period" | "Group", target: string) => element("t:To", { Kind: kind }, target);
  const yearly = changes.map((change) =>
    recurring(change, to("Period", period(change.offset === offset ? "Standard" : "Daylight"))),
  );
  const always = element("t:Transition", {}, to("Period", period("Standard")));
  return [
    element("t:Periods", {}, ...periods),
    element(
      "t:TransitionsGroups",
      {},
      element("t:TransitionsGroup", { Id: "0" }, ...(yearly.length > 0 ? yearly : [always])),
    ),
    element("t:Transitions", {}, element("t:Transition", {}, to("Group", "0"))),
  ];
}

function recurring({ month, weekday, occurrence, time }: ClockChange, to: Element): Element {
  return element(
    "t:RecurringDayTransition",
    {},
    to,
    element("t:TimeOffset", {}, duration(time)),
    element("t:Month", {}, String(month)),
    element("t:DayOfWeek", {}, weekdays[weekday]),
    element("t:Occurrence", {}, String(occurrence)),
  );
}

/** Minutes as `xs:duration`: `-PT60M`. Exchange counts a bias west of Greenwich. */
function duration(minutes: number): string {
  return `${minutes < 0 ? "-" : ""}PT${Math.abs(minutes)}M`;
}
