import type { Lint } from "../lint.ts";

/** What receivers of the organization's mail see in DNS. */
export const outside = {
  SIU060: {
    severity: "warning",
    title: "SPF does not name the signature service",
    find: ({ domains }) =>
      domains.flatMap(({ domain, spf }) => {
        if (spf.state === "none")
          return [
            `${domain} has no SPF record: receivers cannot tell who may send its mail. Publish one as a TXT record that names everybody who sends it: your servers, Exchange Online (include:spf.protection.outlook.com), the signature service.`,
          ];
        if (spf.state === "invalid")
          return [`The SPF record of ${domain} is not valid: ${spf.why}. Receivers may refuse its mail.`];
        const missing = spf.asked.filter((address) => !spf.passes.includes(address));
        return missing.length === 0
          ? []
          : [
              `The SPF record of ${domain} does not let the signature service send for it (${missing.join(", ")}), and SPF is judged on its address when mail comes back. Add what the service asks for to the record.`,
            ];
      }),
  },
  SIU061: {
    severity: "note",
    title: "Mail is not signed with DKIM",
    find: ({ domains }) =>
      domains
        .filter(({ signed }) => !signed)
        .map(
          ({ domain }) =>
            `DNS has no DKIM key of Exchange Online for ${domain} (selector1._domainkey). Mail goes to the signature service unsigned and is signed after its return, so that a signature survives the stamp: switch it on (Microsoft Defender, Email authentication settings, DKIM).`,
        ),
  },
} satisfies Record<string, Lint>;
