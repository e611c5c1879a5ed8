import type { Parameters } from "./port.ts";

/**
 * Exchange repeats what it was given, as it is or as its own texts write it: everything but the object's own name is replaced by the
 * parameter's name. Pure.
 */
export function withoutValues(text: string, parameters: Parameters): string {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    if (name === "Identity" || name === "Name") continue;
    for (const each of [value].flat()) {
      if (typeof each !== "string") continue;
      for (const form of formsOf(each)) names.set(form.toLowerCase(), name);
    }
  }
  names.delete("");
  if (names.size === 0) return text;
  // The longest first: a value that begins with another one is replaced whole.
  const patterns = [...names.keys()].toSorted((a, b) => b.length - a.length).map(patternOf);
  return text.replaceAll(
    new RegExp(patterns.join("|"), "giu"),
    (found) => `(-${names.get(found.toLowerCase()) ?? "value"})`,
  );
}

/** A text as it is, without the space around it, and as JSON, XML and PowerShell write it. */
function formsOf(text: string): string[] {
  const bare = text.trim();
  const xml = bare.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [text, bare, JSON.stringify(text).slice(1, -1), xml, bare.replaceAll("'", "''")];
}

/** Of one or two letters only what stands in quotes: anything else would be cut out of words. */
function patternOf(form: string): string {
  const plain = form.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return form.length > 2 ? plain : `(?<=['"])${plain}(?=['"])`;
}
