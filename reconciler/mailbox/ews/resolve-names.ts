import { at, element, textAt } from "./xml.ts";
import { codeOf, onlyResponse, responsesOf } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** A directory entry that an address may stand for. */
export interface Resolution {
  /** Primary SMTP address. */
  address: string;
  /** `Mailbox`, `PublicDL`, `Contact` ... */
  mailboxType: string;
  /** Proxy addresses without their prefix, as far as Exchange lists them (three at most). */
  proxies: string[];
}

/** Looks an SMTP address up in the address lists; Exchange also answers entries that merely begin like it. */
export const resolveNames: Operation<string, Resolution[]> = {
  name: "ResolveNames",
  repeatable: true,
  request: (address) =>
    element(
      "m:ResolveNames",
      { ReturnFullContactData: true, SearchScope: "ActiveDirectory", ContactDataShape: "AllProperties" },
      element("m:UnresolvedEntry", {}, `smtp:${address}`),
    ),
  parse: (answer, about) => {
    if (responsesOf(answer, about).some((one) => codeOf(one) === "ErrorNameResolutionNoResults")) return [];
    const resolutions = at(onlyResponse(answer, about), "ResolutionSet")?.children ?? [];
    return resolutions.map((resolution) => ({
      address: textAt(resolution, "Mailbox", "EmailAddress") ?? "",
      mailboxType: textAt(resolution, "Mailbox", "MailboxType") ?? "Unknown",
      proxies: (at(resolution, "Contact", "EmailAddresses")?.children ?? []).map((entry) =>
        entry.text.replace(/^smtp:/i, ""),
      ),
    }));
  },
};
