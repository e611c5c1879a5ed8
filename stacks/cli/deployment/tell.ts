import { paint, type Style } from "../terminal.ts";
import type { Act, Step, Value } from "./step.ts";

const signs: Record<Act, [sign: string, style: Style, doing: string, done: string]> = {
  create: ["+", "green", "creating", "created"],
  update: ["~", "yellow", "changing", "changed"],
  replace: ["±", "yellow", "making anew", "made anew"],
  delete: ["-", "red", "removing", "removed"],
  check: ["?", "cyan", "checking", "checked"],
};

type Stream = NodeJS.WriteStream;

/** `~ change TransportRule 'x'`, and each value beneath. */
export function planned({ act, title, changes }: Step, stream: Stream = process.stdout): string {
  const [sign, style] = signs[act];
  return [paint(style, `${sign} ${title}`, stream), ...values(act, changes)].join("\n");
}

/** `creating TransportRule 'x'`, for as long as it takes. */
export function doing({ act, title }: Step): string {
  return `${signs[act][2]} ${title}`;
}

/** `+ created TransportRule 'x' (1.2 s)`, and each value of a change beneath. */
export function done({ act, title, changes }: Step, milliseconds: number, stream: Stream): string {
  const [sign, style, , word] = signs[act];
  const time = paint("dim", `(${(milliseconds / 1000).toFixed(1)} s)`, stream);
  const beneath = act === "update" ? values(act, changes) : [];
  return [`${paint(style, sign, stream)} ${word} ${title} ${time}`, ...beneath].join("\n");
}

/** `3 to create, 1 to change, 0 to remove.`, or what was done instead. */
export function counted(steps: readonly Step[], words: Record<Act, string>): string {
  const counts = (Object.keys(words) as Act[])
    .map((act) => ({ act, count: steps.filter((step) => step.act === act).length }))
    .filter(({ count }) => count > 0)
    .map(({ act, count }) => `${count} ${words[act]}`);
  return counts.join(", ");
}

/** What is to be done, in words for `counted`. */
export const ahead: Record<Act, string> = {
  create: "to create",
  update: "to change",
  replace: "to make anew",
  delete: "to remove",
  check: "to check",
};

/** What was done, in words for `counted`. */
export const behind: Record<Act, string> = {
  create: "created",
  update: "changed",
  replace: "made anew",
  delete: "removed",
  check: "checked",
};

/** What is created has no values before; those that stay unset say nothing. */
function values(act: Act, changes: readonly Value[]): string[] {
  return changes.map(({ parameter, want, have }) =>
    act !== "update" ? `    ${parameter}: ${said(want)}` : `    ${parameter}: ${said(have)} → ${said(want)}`,
  );
}

function said(value: unknown): string {
  return value === null || value === undefined ? "not set" : JSON.stringify(value);
}
