import { createTransport, type Transporter } from "nodemailer";
import { Agent } from "undici";
import { storeInSentItems } from "../demo/outlook.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import type { World } from "../emulator/world.ts";
import type { Letter, Writer } from "./letters.ts";

/** The writers' mail programs, which stay signed in. */
export interface Post {
  /** Sends a letter; on-premises the program stores the copy, in Exchange Online Exchange does. @throws Error when either is refused */
  send: (letter: Letter) => Promise<void>;
  close: () => Promise<void>;
}

/** Opens them; each signs in when it first sends. */
export function openPost({ organization, onPremises, mail }: World, writers: readonly Writer[]): Post {
  const { ca } = organization.authority;
  const dispatcher = new Agent({ connect: { ca } });
  const pools = new Map<string, Transporter>();
  const sides = new Map(writers.map(({ address, side }) => [address, side]));
  const passwordOf = (address: string): string =>
    recipientByAddress(sideOf(organization, "onPremises"), address)?.password ?? "";

  const open = (address: string): Transporter => {
    const server = sides.get(address) === "online" ? mail.onlineSubmission : mail.submission;
    const [host = "", port] = server?.split(":") ?? [];
    const pool = createTransport({
      pool: true,
      maxConnections: 1,
      host,
      port: Number(port),
      requireTLS: true,
      auth: { user: address, pass: passwordOf(address) },
      tls: { ca, servername: "localhost" },
    });
    pools.set(address, pool);
    return pool;
  };

  return {
    send: async ({ from, to, mime, copy }) => {
      if (sides.get(from) === "onPremises") {
        const ews = onPremises.ews ?? "";
        const account = { address: from, password: passwordOf(from), submission: "", ews, ca, dispatcher };
        await storeInSentItems(account, copy === undefined || copy === "gone" ? mime : copy);
      }
      await (pools.get(from) ?? open(from)).sendMail({ envelope: { from, to }, raw: mime });
    },
    close: async () => {
      for (const pool of pools.values()) pool.close();
      await dispatcher.close();
    },
  };
}
