/** Windows' names of time zones, each with the display name's place and the zone of the IANA database that it stands for. */
const zones: readonly [id: string, place: string, iana: string][] = [
  ["Dateline Standard Time", "International Date Line West", "Etc/GMT+12"],
  ["Hawaiian Standard Time", "Hawaii", "Pacific/Honolulu"],
  ["Alaskan Standard Time", "Alaska", "America/Anchorage"],
  ["Pacific Standard Time", "Pacific Time (US & Canada)", "America/Los_Angeles"],
  ["US Mountain Standard Time", "Arizona", "America/Phoenix"],
  ["Mountain Standard Time", "Mountain Time (US & Canada)", "America/Denver"],
  ["Central Standard Time", "Central Time (US & Canada)", "America/Chicago"],
  ["Central America Standard Time", "Central America", "America/Guatemala"],
  ["Eastern Standard Time", "Eastern Time (US & Canada)", "America/New_York"],
  ["SA Pacific Standard Time", "Bogota, Lima, Quito, Rio Branco", "America/Bogota"],
  ["Atlantic Standard Time", "Atlantic Time (Canada)", "America/Halifax"],
  ["Newfoundland Standard Time", "Newfoundland", "America/St_Johns"],
  ["E. South America Standard Time", "Brasilia", "America/Sao_Paulo"],
  ["Argentina Standard Time", "City of Buenos Aires", "America/Argentina/Buenos_Aires"],
  ["Azores Standard Time", "Azores", "Atlantic/Azores"],
  ["UTC", "Coordinated Universal Time", "Etc/UTC"],
  ["GMT Standard Time", "Dublin, Edinburgh, Lisbon, London", "Europe/London"],
  ["Greenwich Standard Time", "Monrovia, Reykjavik", "Atlantic/Reykjavik"],
  ["W. Europe Standard Time", "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"],
  ["Central Europe Standard Time", "Belgrade, Bratislava, Budapest, Ljubljana, Prague", "Europe/Budapest"],
  ["Romance Standard Time", "Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"],
  ["Central European Standard Time", "Sarajevo, Skopje, Warsaw, Zagreb", "Europe/Warsaw"],
  ["W. Central Africa Standard Time", "West Central Africa", "Africa/Lagos"],
  ["GTB Standard Time", "Athens, Bucharest", "Europe/Bucharest"],
  ["FLE Standard Time", "Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "Europe/Kyiv"],
  ["South Africa Standard Time", "Harare, Pretoria", "Africa/Johannesburg"],
  ["Turkey Standard Time", "Istanbul", "Europe/Istanbul"],
  ["Russian Standard Time", "Moscow, St. Petersburg", "Europe/Moscow"],
  ["Arab Standard Time", "Kuwait, Riyadh", "Asia/Riyadh"],
  ["Arabian Standard Time", "Abu Dhabi, Muscat", "Asia/Dubai"],
  ["Pakistan Standard Time", "Islamabad, Karachi", "Asia/Karachi"],
  ["India Standard Time", "Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"],
  ["SE Asia Standard Time", "Bangkok, Hanoi, Jakarta", "Asia/Bangkok"],
  ["China Standard Time", "Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai"],
  ["Singapore Standard Time", "Kuala Lumpur, Singapore", "Asia/Singapore"],
  ["Tokyo Standard Time", "Osaka, Sapporo, Tokyo", "Asia/Tokyo"],
  ["Korea Standard Time", "Seoul", "Asia/Seoul"],
  ["Cen. Australia Standard Time", "Adelaide", "Australia/Adelaide"],
  ["AUS Eastern Standard Time", "Canberra, Melbourne, Sydney", "Australia/Sydney"],
  ["New Zealand Standard Time", "Auckland, Wellington", "Pacific/Auckland"],
];

/** When clocks change, every year: `occurrence` is the n-th such weekday of the month, or -1 for the last; `time` is minutes after midnight. */
export interface ClockChange {
  month: number;
  weekday: number;
  occurrence: number;
  time: number;
  /** Minutes east of Greenwich from then on. */
  offset: number;
}

export interface TimeZone {
  id: string;
  /** `(UTC+01:00) Amsterdam, Berlin ...` */
  name: string;
  /** Minutes east of Greenwich in winter. */
  offset: number;
  /** The two changes of a year, in their order; empty where clocks stay. */
  changes: ClockChange[];
}

const hour = 3_600_000;

/** The time zones that the server knows, with the rules of a year. */
export function timeZones(year: number): TimeZone[] {
  return zones.map(([id, place, iana]) => {
    const changes = changesOf(iana, year);
    const offset = Math.min(offsetAt(iana, Date.UTC(year, 0)), offsetAt(iana, Date.UTC(year, 6)));
    return { id, name: `(UTC${offset === 0 ? "" : clock(offset)}) ${place}`, offset, changes };
  });
}

/** How far a zone's clocks are from Greenwich at a moment, in minutes and as `-08:00`; undefined when the server has no such zone. */
export function offsetOf(id: string, at: number): { minutes: number; text: string } | undefined {
  const iana = zones.find((zone) => zone[0] === id)?.[2];
  if (iana === undefined) return undefined;
  const minutes = offsetAt(iana, at);
  return { minutes, text: clock(minutes) };
}

/** Making one takes longer than many uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of Greenwich, as the machine's own database has it. */
function offsetAt(iana: string, at: number): number {
  const format =
    formats.get(iana) ?? new Intl.DateTimeFormat("en-US", { timeZone: iana, timeZoneName: "longOffset" });
  formats.set(iana, format);
  const parts = format.formatToParts(at);
  const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -1 : 1);
}

function changesOf(iana: string, year: number): ClockChange[] {
  const found: ClockChange[] = [];
  const months = Array.from({ length: 13 }, (_, month) => Date.UTC(year, month));
  for (const [index, end] of months.entries()) {
    const start = months[index - 1];
    if (start === undefined) continue;
    const before = offsetAt(iana, start);
    const after = offsetAt(iana, end);
    if (before !== after) found.push(changeIn(iana, start, end, before, after));
  }
  return found;
}

/** Halves the time between two moments until the hour of the change is found. */
function changeIn(iana: string, start: number, end: number, before: number, after: number): ClockChange {
  let [low, high] = [start, end];
  while (high - low > hour) {
    const middle = low + Math.floor((high - low) / 2 / hour) * hour;
    if (offsetAt(iana, middle) === before) low = middle;
    else high = middle;
  }
  const local = new Date(high + before * 60_000);
  const day = local.getUTCDate();
  const inMonth = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  return {
    month: local.getUTCMonth() + 1,
    weekday: local.getUTCDay(),
    occurrence: day + 7 > inMonth ? -1 : Math.ceil(day / 7),
    time: local.getUTCHours() * 60 + local.getUTCMinutes(),
    offset: after,
  };
}

/** Minutes as `+05:30`. */
function clock(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}
