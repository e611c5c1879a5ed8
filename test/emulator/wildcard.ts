/** A pattern with `*` for anything, in any letter case. */
export function wildcard(pattern: string): RegExp {
  const source = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join(".*")}$`, "isu");
}
