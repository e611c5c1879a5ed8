/** Who brought an object that carries a stack's mark: the stack made it, or took it over from somebody. */
export type Origin = "created" | "adopted";

/** The ownership mark of a stack's objects, as a text among others in a comment. */
export function markOf(stack: string): string {
  return `[sent-items-update:${stack}]`;
}

/** What a comment says of its object's origin; undefined when it carries no mark of this stack. Pure. */
export function originOf(comment: unknown, mark: string): Origin | undefined {
  const text = textOf(comment);
  if (text.includes(adopted(mark))) return "adopted";
  return text.includes(mark) ? "created" : undefined;
}

/** A comment with the mark behind what it says; a killed run leaves nothing else to tell where the object came from. Pure. */
export function marked(comment: unknown, mark: string, origin: Origin): string {
  return `${unmarked(comment, mark)} ${origin === "adopted" ? adopted(mark) : mark}`.trim();
}

/** What a comment says besides the mark. Pure. */
export function unmarked(comment: unknown, mark: string): string {
  return textOf(comment).replace(adopted(mark), "").replace(mark, "").trim();
}

function adopted(mark: string): string {
  return mark.replace(/\]$/, ":adopted]");
}

function textOf(comment: unknown): string {
  return String(comment ?? "");
}
