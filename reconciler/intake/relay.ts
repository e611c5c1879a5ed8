import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { Fault } from "../fault.ts";
import { certificateProblem, type Origin } from "./origin.ts";
import { parseHead, saysProcessed } from "../stamp.ts";

/** Which relay is believed: by where it is, by its certificate, by what it signs in with; where several are given, only by all of them. */
export interface RelayOptions {
  /** IP addresses or networks (192.0.2.0/24). */
  allow?: string[];
  clientCertificateName?: string;
  account?: { user: string; password: string };
  processedHeader: string;
}

/** Copies that a relay of the organization's own sends. @throws Fault BAD_SETTINGS for an address that is none, or when nothing would be demanded */
export function fromRelay(options: RelayOptions): Origin {
  const { allow, clientCertificateName, account, processedHeader } = options;
  const inside = allow === undefined ? undefined : blockList(allow);
  if (inside === undefined && clientCertificateName === undefined && account === undefined)
    throw new Fault("BAD_SETTINGS", "intake: a relay needs allow, clientCertificateName or account.");
  return {
    secure: clientCertificateName !== undefined || account !== undefined,
    ...(account && {
      signIn: (user, password) => isSame([user, password], [account.user, account.password]),
    }),
    client: (client) => {
      if (inside && !isInside(inside, client.address))
        return "the client's address is not among those allowed";
      return clientCertificateName === undefined
        ? undefined
        : certificateProblem(clientCertificateName, client);
    },
    // The relay may send the copy as it sent the message: to all of its recipients.
    recipient: () => undefined,
    message: async (arrival) =>
      saysProcessed(await parseHead(arrival.raw), processedHeader)
        ? { take: arrival }
        : { refuse: `the header ${processedHeader} does not say true` },
  };
}

/** Compares in a time that tells nothing of what is right. */
function isSame(given: string[], right: string[]): boolean {
  const [one, other] = [given, right].map((texts) =>
    createHash("sha256").update(JSON.stringify(texts)).digest(),
  );
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function blockList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    try {
      if (prefix === undefined) list.addAddress(address, family);
      else list.addSubnet(address, Number(prefix), family);
    } catch (cause) {
      throw new Fault("BAD_SETTINGS", `intake.allow: '${entry}' is neither an IP address nor a network.`, {
        cause,
      });
    }
  }
  return list;
}

/** An IPv4 client of a socket for both families comes as ::ffff:192.0.2.1. */
function isInside(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  return list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}
