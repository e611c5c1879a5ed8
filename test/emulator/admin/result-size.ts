import type { Call } from "./cmdlet.ts";

/** As many rows as ResultSize lets through (`usual` unless told), and a warning where there are more. */
export function firstOf<Row>(call: Call, found: readonly Row[], usual = 1000): Row[] {
  const { ResultSize: size } = call.parameters;
  const most = size === "Unlimited" ? Infinity : typeof size === "number" ? size : usual;
  if (found.length > most)
    call.warn(
      "There are more results available than are currently displayed. To view them, increase the value for the ResultSize parameter.",
    );
  return found.slice(0, most);
}
