import { Fault } from "../../fault.ts";

/** What Autodiscover starts from. */
export interface DiscoverOptions {
  /** SMTP address of an account with a mailbox in the organization; its domain gives the candidates. */
  address: string;
  credential: { username: string; password: string };
  /** The one Autodiscover URL to ask, instead of the candidates that the domain gives. */
  url?: string;
  /** PEM of the authority that issued the server's certificate, where the system does not know it. */
  certificateAuthority?: string;
}

/**
 * The EWS URL that the organization's Autodiscover service answers (POX).
 * @throws Fault UNAVAILABLE listing what was tried | WRONG_CREDENTIALS
 */
export async function discoverEwsUrl(options: DiscoverOptions): Promise<string> {
  throw new Fault("UNAVAILABLE", `Autodiscover for '${options.address}' is not reachable by this version.`);
}
