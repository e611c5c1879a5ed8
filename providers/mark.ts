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

/** Whether a comment says that its object is switched off by `pause`, and not by somebody. Pure. */
export function isPausedIn(comment: unknown, mark: string): boolean {
  return textOf(comment).includes(paused(mark));
}

/** A comment that says so, or says so no longer. Pure. */
export function withPause(comment: unknown, mark: string, pause: boolean): string {
  const text = textOf(comment).replace(paused(mark), "").trim();
  return pause ? `${text} ${paused(mark)}` : text;
}

/** What a comment says besides the mark. Pure. */
export function unmarked(comment: unknown, mark: string): string {
  return withPause(comment, mark, false).replace(adopted(mark), "").replace(mark, "").trim();
}

function paused(mark: string): string {
  return mark.replace(/\]$/, ":paused]");
}

function adopted(mark: string): string {
  return mark.replace(/\]$/, ":adopted]");
}

function textOf(comment: unknown): string {
  return String(comment ?? "");
}
