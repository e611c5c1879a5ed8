/** Text that is markup already. */
export interface Markup {
  markup: string;
}

type Part = string | number | undefined | false | Markup | readonly Part[];

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup of a template: every value is escaped unless it is markup itself; lists are joined, `undefined` and `false` are nothing. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Markup {
  return { markup: String.raw({ raw: strings }, ...values.map(written)) };
}

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number")
    return String(part).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
  return "markup" in part ? part.markup : part.map(written).join("");
}
