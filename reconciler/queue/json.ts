/** A value as JSON. PostgreSQL's takes neither U+0000 nor half a surrogate pair, and a mail's header may hold both. */
export function json(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "string" ? storable(item) : item));
}

/** Text as a column takes it. */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
