/** A stretch of time, milliseconds since 1970: from one moment until before another. */
export interface Stretch {
  from: number;
  until: number;
}

const day = 86_400_000;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = "january february march april may june july august september october november december".split(
  " ",
);

/**
 * What a date of a query string means, in UTC: `today`, `last week`, `monday`, `2013`, `January 2013`, `1/31/2013`, `2013-01-31`,
 * `2013-01-31T10:00:00Z`; undefined when it is no date. Weeks begin on Sunday, and a weekday is the last one that has begun.
 */
export function stretchOf(text: string, now: number): Stretch | undefined {
  const wanted = text.toLowerCase().replaceAll(",", " ").replaceAll(/\s+/g, " ").trim();
  return relative(wanted, now) ?? named(wanted, now) ?? numbered(wanted);
}

function relative(wanted: string, now: number): Stretch | undefined {
  const today = now - (now % day);
  const near = { yesterday: -1, today: 0, tomorrow: 1 }[wanted];
  if (near !== undefined) return days(today + near * day, 1);
  const weekday = weekdays.indexOf(wanted);
  const since = new Date(now).getUTCDay();
  if (weekday >= 0) return days(today - ((since - weekday + 7) % 7) * day, 1);
  const [, which = "", unit] = /^(last|this|next) ?(week|month|year)$/.exec(wanted) ?? [];
  const step = { last: -1, this: 0, next: 1 }[which] ?? 0;
  if (unit === "week") return days(today + (step * 7 - since) * day, 7);
  const [year, month] = [new Date(now).getUTCFullYear(), new Date(now).getUTCMonth()];
  if (unit === "month") return stretch([year, month + step], [year, month + step + 1]);
  return unit === "year" ? stretch([year + step, 0], [year + step + 1, 0]) : undefined;
}

/** With a month by its name, or its first three letters: a month of this year, a month of a year, or a day. */
function named(wanted: string, now: number): Stretch | undefined {
  const [, name = "", dayOfMonth, year = new Date(now).getUTCFullYear()] =
    /^([a-z]{3,9})(?: (\d{1,2}))?(?: (\d{4}))?$/.exec(wanted) ?? [];
  const month = months.findIndex((each) => each === name || (name.length === 3 && each.startsWith(name)));
  if (month < 0) return undefined;
  return dayOfMonth === undefined
    ? stretch([Number(year), month], [Number(year), month + 1])
    : oneDay(Number(year), month + 1, Number(dayOfMonth));
}

function numbered(wanted: string): Stretch | undefined {
  if (/^\d{4}$/.test(wanted)) return stretch([Number(wanted), 0], [Number(wanted) + 1, 0]);
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(wanted);
  if (american) return oneDay(Number(american[3]), Number(american[1]), Number(american[2]));
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(wanted);
  if (iso) return oneDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  if (!/^\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d)?z?$/.test(wanted)) return undefined;
  const from = Date.parse(`${wanted.toUpperCase().replace(/Z$/, "")}Z`);
  // To the precision in which it is told.
  return Number.isNaN(from)
    ? undefined
    : { from, until: from + (wanted.split(":").length > 2 ? 1000 : 60_000) };
}

function oneDay(year: number, month: number, dayOfMonth: number): Stretch | undefined {
  const from = new Date(Date.UTC(year, month - 1, dayOfMonth));
  const exists = from.getUTCMonth() === month - 1 && from.getUTCDate() === dayOfMonth;
  return exists ? days(from.getTime(), 1) : undefined;
}

function days(from: number, count: number): Stretch {
  return { from, until: from + count * day };
}

function stretch(from: [number, number], until: [number, number]): Stretch {
  return { from: Date.UTC(...from), until: Date.UTC(...until) };
}
