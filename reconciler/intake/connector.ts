import { certificateProblem, type Origin, recipientProblem } from "./origin.ts";
import { isNotIncoming, tenantProblem } from "./proof.ts";
import { headerValues, parseHead, saysProcessed } from "../stamp.ts";

/** What a copy must show to count as the organization's own. */
export interface ConnectorOptions {
  /** Name on the client certificate of the sending Exchange: `mail.protection.outlook.com`. */
  clientCertificateName: string;
  /** The intake's address, used for nothing else. */
  address: string;
  tenantId: string;
  processedHeader: string;
  /** Whether the rules say for whom a version is; where they do not, anybody could. */
  tellsAudience: boolean;
}

/** What our rules set, over what a sender may have written. */
const audienceHeader = "X-SIU-Audience";

/** Copies that a rule makes and the organization's own connector brings. */
export function fromConnector(options: ConnectorOptions): Origin {
  return {
    secure: true,
    client: (client) => certificateProblem(options.clientCertificateName, client),
    recipient: (address) => recipientProblem(options.address, address),
    message: async (arrival) => {
      const mail = await parseHead(arrival.raw);
      const tenant = tenantProblem(options.tenantId, mail);
      if (tenant !== undefined) return { refuse: tenant };
      if (!saysProcessed(mail, options.processedHeader))
        return { refuse: `the header ${options.processedHeader} does not say true` };
      if (!isNotIncoming(mail)) return { refuse: "the message did not originate in the organization" };
      const [audience, ...more] = headerValues(mail, audienceHeader);
      const told = options.tellsAudience && more.length === 0;
      return {
        take:
          told && (audience === "external" || audience === "internal") ? { ...arrival, audience } : arrival,
      };
    },
  };
}
