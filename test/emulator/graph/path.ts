/**
 * Segments of a path after the version, decoded: `users('x')` is `users/x`, `delta()` is `delta`, namespaces are cut, and of nested
 * child folders the innermost remains. @throws URIError when it is wrongly encoded
 */
export function segmentsOf(path: string): string[] {
  const segments = path.split("/").flatMap((each) => {
    const text = decodeURIComponent(each);
    const [, name, key] = /^(\w+)\('(.*)'\)$/.exec(text) ?? [];
    if (name !== undefined && key !== undefined) return [name, key.replaceAll("''", "'")];
    return text === ""
      ? []
      : [text.replace(/\(\)$/, "").replace(/^microsoft\.(?=graph\.user$)|^microsoft\.graph\./, "")];
  });
  const innermost = segments.findLastIndex((each) => each.toLowerCase() === "childfolders");
  const above = segments.findIndex((each) => each.toLowerCase() === "mailfolders");
  const id = segments[innermost + 1];
  return above > 0 && innermost > above && id !== undefined
    ? [...segments.slice(0, above + 1), ...segments.slice(innermost + 1)]
    : segments;
}
