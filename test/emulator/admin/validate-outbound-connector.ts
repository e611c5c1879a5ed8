import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Organization } from "../organization.ts";
import { propagated } from "../propagated.ts";
import { certificateMatches, namesOf } from "../smtp/certificate-name.ts";
import { domainOf } from "../smtp/addresses.ts";
import { exchangerOf } from "../smtp/exchanger.ts";
import type { Row } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { objectOf } from "./identity.ts";
import { talk } from "./smtp-dialogue.ts";
import { texts } from "./values.ts";

const patienceMs = 10_000;

/** Only tests: what marks a connector validated is `Set-OutboundConnector -IsValidated`. */
export const validateOutboundConnector: Cmdlet[] = [
  {
    name: "Validate-OutboundConnector",
    run: async ({ organization, side, parameters }) => {
      const connector = objectOf(side, "OutboundConnector", parameters["Identity"]);
      const answers: Row[] = [];
      for (const { task, host, address, recipients } of hopsOf(organization, connector, parameters)) {
        const problem = await attempt(organization, connector, host, address);
        answers.push(answer(task, host, problem));
        for (const recipient of recipients) answers.push(answer("Send test email", recipient, problem));
      }
      return answers;
    },
  },
];

/** Where a connector hands mail over, and which of the recipients' is handed over there. */
interface Hop {
  task: string;
  host: string;
  /** `host:port`; undefined where no name table knows the host. */
  address: string | undefined;
  recipients: string[];
}

/** The smart hosts; with UseMXRecord the mail exchangers of the recipients' domains. */
function hopsOf(organization: Organization, connector: Row, parameters: Row): Hop[] {
  const recipients = texts(parameters["Recipients"]);
  if (connector["UseMXRecord"] !== true)
    return texts(connector["SmartHosts"]).map((host) => ({
      task: "Check connectivity to the smart host",
      host,
      address: organization.hosts.get(host.toLowerCase()),
      recipients,
    }));
  return [...Map.groupBy(recipients, domainOf)].map(([host, recipients]) => ({
    task: "Check connectivity to the mail exchanger",
    host,
    address: exchangerOf(organization, host),
    recipients,
  }));
}

function answer(task: string, target: string, problem: string | undefined): Row {
  return {
    TaskName: task,
    Target: target,
    IsTaskSuccessful: problem === undefined,
    Status: problem === undefined ? "Succeeded" : "Failed",
    Details: problem ?? "",
  };
}

/** Goes through connection, STARTTLS and certificate; returns what went wrong. */
async function attempt(
  organization: Organization,
  connector: Row,
  host: string,
  address: string | undefined,
): Promise<string | undefined> {
  if (!propagated(organization, connector)) {
    return "450 4.4.317 Cannot connect to remote server: the connector is not known to this server yet. Try again later.";
  }
  if (address === undefined) return `450 4.4.312 DNS query failed: ${host} has no A record.`;
  const plain = connectTcp({
    host: address.slice(0, address.lastIndexOf(":")),
    port: Number(address.slice(address.lastIndexOf(":") + 1)),
  });
  plain.setTimeout(patienceMs, () => plain.destroy(new Error("timed out")));
  let secured: TLSSocket | undefined;
  try {
    const dialogue = talk(plain);
    await dialogue.expect(220);
    const greeting = await dialogue.ask(`EHLO ${organization.store.tenantDomain}`, 250);
    if (connector["TlsSettings"] === null) return undefined;
    if (!/^250[- ]STARTTLS$/im.test(greeting))
      return "451 5.7.3 STARTTLS is required to send mail: the server does not offer it.";
    await dialogue.ask("STARTTLS", 220);
    dialogue.end();
    const tls = await secure(plain, organization.authority.ca, host);
    secured = tls;
    return judge(connector, tls);
  } catch (error) {
    return `450 4.4.316 Connection refused [Message=${error instanceof Error ? error.message : String(error)}]`;
  } finally {
    secured?.destroy();
    plain.destroy();
  }
}

function judge(connector: Row, tls: TLSSocket): string | undefined {
  if (connector["TlsSettings"] === "EncryptionOnly") return undefined;
  if (!tls.authorized)
    return `454 4.7.5 The certificate specified in TlsDomain isn't trusted: ${String(tls.authorizationError)}.`;
  const wanted = connector["TlsDomain"];
  if (connector["TlsSettings"] !== "DomainValidation" || typeof wanted !== "string") return undefined;
  const names = namesOf(tls.getPeerCertificate());
  if (certificateMatches(names, wanted)) return undefined;
  return `454 4.7.5 The remote certificate is for ${names.join(", ")} and doesn't match the TlsDomain ${wanted}.`;
}

async function secure(plain: Socket, ca: string, servername: string): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const tls = connectTls({
    socket: plain,
    ca,
    servername,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  tls.once("secureConnect", () => resolve(tls));
  tls.once("error", reject);
  return promise;
}
