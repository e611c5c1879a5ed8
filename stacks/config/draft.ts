import type { Finding, Path } from "./problem.ts";
import type { Config } from "./types.ts";

/** A configuration in which anything may be missing, because it was refused already or never written. */
export type Draft = Partially<Config>;

type Partially<T> = T extends (infer Item)[]
  ? Partially<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Partially<T[Key]> | undefined }
    : T | undefined;

/** What rules look at. */
export interface Subject {
  /** With the schema's defaults. */
  config: Draft;
  /** As in the text: only what the operator wrote. */
  written: Draft;
}

/** One fact about several values at once; pure. It stays silent where a value that it needs is undefined. */
export type Rule = (subject: Subject) => Finding[];

/** One of the ways in for stamped copies, and where it stands. */
export interface WayIn {
  intake: NonNullable<Exclude<Draft["intake"], unknown[]>>;
  path: Path;
}

/** Every way in of a configuration. */
export function waysIn({ intake }: Draft): WayIn[] {
  if (!Array.isArray(intake)) return intake === undefined ? [] : [{ intake, path: ["intake"] }];
  return intake.flatMap((way, index) =>
    way === undefined ? [] : [{ intake: way, path: ["intake", index] }],
  );
}

/** Whether Exchange Online takes part in this organization. */
export function hasOnline({ environment }: Draft): boolean {
  return environment === "online" || environment === "hybrid";
}

/** Whether servers of its own take part in this organization. */
export function hasOnPremises({ environment }: Draft): boolean {
  return environment === "onPremises" || environment === "hybrid";
}

/** The domains whose mail is the organization's own, lower case. */
export function ownDomains({ organization }: Draft): string[] {
  const domains = [organization?.domain, ...(organization?.acceptedDomains ?? []), organization?.tenant];
  return domains.filter((domain) => domain !== undefined).map((domain) => domain.toLowerCase());
}

/** The part after the @, lower case; undefined for what is no address or holds a reference. */
export function domainOf(address: string | undefined): string | undefined {
  return address === undefined || address.includes("${") ? undefined : address.split("@")[1]?.toLowerCase();
}

/** The same name to Exchange, which knows no difference between upper and lower case. */
export function sameName(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}
