const units = ["B", "KB", "MB", "GB", "TB"];

/** An amount of memory in bytes from `35MB`, `36700160`, `35 MB (36,700,160 bytes)` or `Unlimited`; undefined when it is none. */
export function readBytes(value: unknown): number | undefined {
  const written = String(value).trim();
  if (/^unlimited$/i.test(written)) return Infinity;
  const exact = /\(([\d,]+) bytes\)$/i.exec(written)?.[1];
  if (exact !== undefined) return Number(exact.replaceAll(",", ""));
  const [, count, unit = "B"] = /^(\d+(?:\.\d+)?)\s*(B|[KMGT]B?)?$/i.exec(written) ?? [];
  if (count === undefined) return undefined;
  return Math.round(Number(count) * 1024 ** "BKMGT".indexOf(unit.charAt(0).toUpperCase()));
}

/** As Exchange prints memory: four significant digits in the largest unit, and the exact number. */
export function printBytes(amount: number): string {
  if (amount === Infinity) return "Unlimited";
  const power = amount === 0 ? 0 : Math.min(Math.floor(Math.log2(amount) / 10), units.length - 1);
  const count = Number((amount / 1024 ** power).toPrecision(4));
  return `${count} ${units[power] ?? "B"} (${amount.toLocaleString("en-US")} bytes)`;
}

/** Seconds of a time span: `00:10:00`, `1.02:03:04`, whole days as a number, or `Unlimited`; undefined when it is none. */
export function readDuration(value: unknown): number | undefined {
  const written = String(value).trim();
  if (/^unlimited$/i.test(written)) return Infinity;
  if (/^\d+$/.test(written)) return Number(written) * 86_400;
  const [, days = "0", hours, minutes, seconds = "0"] =
    /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?$/.exec(written) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    return undefined;
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** As .NET prints a time span. */
export function printDuration(seconds: number): string {
  if (seconds === Infinity) return "Unlimited";
  const days = Math.floor(seconds / 86_400);
  const clock = [seconds / 3600, seconds / 60, seconds]
    .map((part, index) => String(Math.floor(part) % (index === 0 ? 24 : 60)).padStart(2, "0"))
    .join(":");
  return days > 0 ? `${days}.${clock}` : clock;
}
