import { connect as connectTcp, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Organization } from "../organization.ts";
import { propagated } from "../propagated.ts";
import { certificateMatches, namesOf } from "../smtp/certificate-name.ts";
import type { Row } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { objectOf } from "./identity.ts";
import { texts } from "./values.ts";

const patienceMs = 10_000;

/** Only tests: what marks a connector validated is `Set-OutboundConnector -IsValidated`. */
export const validateOutboundConnector: Cmdlet[] = [
  {
    name: "Validate-OutboundConnector",
    run: async ({ organization, side, parameters }) => {
      const connector = objectOf(side, "OutboundConnector", parameters["Identity"]);
      const answers: Row[] = [];
      for (const host of texts(connector["SmartHosts"])) {
        const problem = await attempt(organization, connector, host);
        answers.push(answer("Check connectivity to the smart host", host, problem));
        for (const recipient of texts(parameters["Recipients"]))
          answers.push(answer("Send test email", recipient, problem));
      }
      return answers;
    },
  },
];

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
): Promise<string | undefined> {
  if (!propagated(organization, connector)) {
    return "450 4.4.317 Cannot connect to remote server: the connector is not known to this server yet. Try again later.";
  }
  const address = organization.hosts.get(host.toLowerCase());
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

/** One reply at a time over a plain SMTP connection. */
function talk(socket: Socket): {
  expect: (code: number) => Promise<string>;
  ask: (line: string, code: number) => Promise<string>;
  end: () => void;
} {
  const reader = createInterface({ input: socket });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  socket.on("error", failed.reject);
  const lines = reader[Symbol.asyncIterator]();
  const expect = async (code: number): Promise<string> => {
    let reply = "";
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed.promise]);
      if (done === true) throw new Error("the server closed the connection");
      reply += `${value}\n`;
      if (!/^\d{3}-/.test(value)) break;
    }
    if (!reply.startsWith(String(code))) throw new Error(reply.trim());
    return reply;
  };
  return {
    expect,
    ask: async (line, code) => {
      socket.write(`${line}\r\n`);
      return expect(code);
    },
    end: () => reader.close(),
  };
}
