import { existsSync, readFileSync } from "node:fs";
import { XMLParser } from "fast-xml-parser";

/** One requirement of Microsoft's list for a protocol, as far as it is marked for testing. */
export interface Requirement {
  /** `MS-OXWSFOLD_R66`; a list also holds some of [MS-OXWSCDATA], which other lists may repeat. */
  id: string;
  /** The section of the document: `2.2.4.5`. */
  section: string;
  /** Microsoft's sentence: to match reasons against, never to be copied. */
  text: string;
}

/** Protocols with a list, in the order of the table. */
export const protocols = [
  "MS-OXWSCORE",
  "MS-OXWSMSG",
  "MS-OXWSATT",
  "MS-OXWSFOLD",
  "MS-OXWSSYNC",
  "MS-OXWSBTRF",
] as const;
export type Protocol = (typeof protocols)[number];

const folder = new URL("../../../../shared/reference/oxws/", import.meta.url);

/** Why the lists cannot be read here, or undefined when they can: for `describe.skipIf`, to be said in the title. */
export const listsMissing: string | undefined = existsSync(folder)
  ? undefined
  : "Microsoft's requirement lists are not beside this clone (../shared/reference/oxws)";

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false });

/** The requirements of a protocol that its list marks `Test Case` or `Adapter`, in the list's order. */
export function requirementsOf(protocol: Protocol): Requirement[] {
  const file = new URL(`${protocol}_RequirementSpecification.xml`, folder);
  const { ReqTable } = parser.parse(readFileSync(file, "utf8")) as {
    ReqTable: { Requirement: Record<string, string>[] };
  };
  return ReqTable.Requirement.filter(({ Verification = "" }) =>
    ["Test Case", "Adapter"].includes(Verification),
  ).map(({ REQ_ID = "", Doc_Sect = "", Description = "" }) => ({
    id: REQ_ID.trim(),
    section: Doc_Sect.trim(),
    text: Description.replace(/\s+/g, " ").trim(),
  }));
}
