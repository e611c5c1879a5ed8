import type { Row } from "./port.ts";

/** What names an object for good: its GUID, or what it is called where there is none. */
export function idOf(row: Row): string {
  return String(row["Guid"] ?? row["Identity"] ?? row["Name"]);
}

/**
 * What is known of a noun's objects, with one of them as it is now, in front of the others or instead of its former self. Where a
 * property numbers the objects from 0, the others make room. Undefined when the numbers do not fit: others changed too. Pure.
 */
export function withRow(rows: readonly Row[], row: Row, place?: string): readonly Row[] | undefined {
  const at = rows.findIndex((each) => idOf(each) === idOf(row));
  if (place === undefined) return at < 0 ? [...rows, row] : rows.with(at, row);
  const others = inPlace(withoutRow(rows, idOf(row)), place);
  const number = Number(row[place]);
  return number <= others.length ? numbered(others.toSpliced(number, 0, row), place) : undefined;
}

/** What is known of a noun's objects without the one that is gone; the others close the gap. Pure. */
export function withoutRow(rows: readonly Row[], id: string, place?: string): readonly Row[] {
  const others = rows.filter((each) => idOf(each) !== id);
  return place === undefined ? others : numbered(inPlace(others, place), place);
}

function inPlace(rows: readonly Row[], place: string): readonly Row[] {
  return rows.toSorted((a, b) => Number(a[place]) - Number(b[place]));
}

function numbered(rows: readonly Row[], place: string): readonly Row[] {
  return rows.map((each, index) => (each[place] === index ? each : { ...each, [place]: index }));
}
