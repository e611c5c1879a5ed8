import { readXml, type Element } from "../ews/xml.ts";

/** The document of a request; undefined when it is none. */
export function documentOf(body: Buffer): Element | undefined {
  try {
    return readXml(body.toString("utf8").replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** An element's name without its namespace. */
export function local({ name }: Element): string {
  return name.replace(/^.*[:}]/, "");
}

/** The texts of all elements of that name below an element, in order. */
export function textsBelow(parent: Element | undefined, name: string): string[] {
  return (parent?.children ?? []).flatMap((child) => [
    ...(local(child) === name ? [child.text.trim()] : []),
    ...textsBelow(child, name),
  ]);
}
