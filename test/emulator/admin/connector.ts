import { oneOf } from "./parameter.ts";
import { texts } from "./values.ts";

/** `AdminUI` is accepted and comes back as `Default`. */
export const connectorSource = oneOf("Default", "HybridWizard", "Migrated", "AdminUI");

/** Address spaces as Exchange prints them: `contoso.com` becomes `smtp:contoso.com;1`. */
export function addressSpace(value: string): string {
  const [, type = "smtp", domain = value, cost = "1"] =
    /^(?:([a-z\d]+):)?([^;]+)(?:;(\d+))?$/i.exec(value) ?? [];
  return `${type}:${domain};${cost}`;
}

/** A stored collection in the server's own order, which is not the order in which it was given. */
export function sorted(value: unknown): string[] {
  return [...new Map(texts(value).map((item) => [item.toLowerCase(), item])).values()].toSorted();
}
