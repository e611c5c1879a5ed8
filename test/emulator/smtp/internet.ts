import type { Organization } from "../organization.ts";
import type { Certificate } from "../tls.ts";
import { worldsExchanger } from "./exchanger.ts";
import { listen, type Listener } from "./listener.ts";
import { Refusal } from "./refusal.ts";

/** A message that left the organization for good. */
export interface ReceivedMail {
  from: string;
  to: string[];
  mime: Buffer;
  /** Names of the client certificate it came with. */
  client: string[];
  at: number;
}

/** The rest of the world's one server. */
export interface Internet extends Listener {
  /** In the order of arrival. */
  received: ReceivedMail[];
}

/** The rest of the world: one server that takes mail for every foreign domain and keeps it. Addresses that begin with `bounce` do not exist there. */
export async function startInternet(organization: Organization, certificate: Certificate): Promise<Internet> {
  const received: ReceivedMail[] = [];
  const listener = await listen({
    name: worldsExchanger,
    certificate,
    ca: organization.authority.ca,
    onRecipient: (_peer, _from, to) => {
      if (to.startsWith("bounce")) throw new Refusal("550 5.1.1 User unknown");
    },
    onMessage: async (peer, { from, to }, mime) => {
      received.push({ from, to, mime, client: peer.names, at: organization.now() });
      return "2.0.0 OK";
    },
  });
  return { ...listener, received };
}
