import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Exchange, SideName } from "../../providers/exchange/port.ts";
import {
  connectServer,
  connectTenant,
  disconnectServer,
  disconnectTenant,
} from "../../providers/exchange/powershell/connect.ts";
import { createPwsh } from "../../providers/exchange/pwsh.ts";
import type { Embedded } from "./embedded.ts";

/** What stands in for `pwsh` in tests. */
export const pwsh = fileURLToPath(new URL("../pwsh/pwsh", import.meta.url));

/** A session over PowerShell with a side of the embedded Exchange; online the application signs in by a certificate. */
export async function powershellSession(
  { emulator: { organization, onPremises, online }, waits, environment }: Embedded,
  side: SideName,
): Promise<{ exchange: Exchange; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "siu-powershell-"));
  const authority = join(folder, "ca.pem");
  await writeFile(authority, organization.authority.ca);
  // Read by the process that is started, as it starts.
  process.env["NODE_EXTRA_CA_CERTS"] = authority;
  const application = organization.store.applications[0];
  const { key, cert } = await organization.authority.issue(["provisioner"]);
  if (application) application.certificates = [...(application.certificates ?? []), cert];
  const statement =
    side === "onPremises"
      ? connectServer({
          url: new URL("/PowerShell/", onPremises.origin).href,
          authentication: "Basic",
          username: "admin@contoso.com",
          password: environment["SIU_DEMO_ADMIN_PASSWORD"] ?? "",
        })
      : connectTenant({
          organization: organization.store.tenantDomain,
          credential: { clientId: application?.appId ?? "", certificate: cert, key },
          connectionUri: online?.origin ?? "",
          authorizationUri: online?.origin ?? "",
        });
  const exchange = createPwsh({
    side,
    connect: async () => statement,
    disconnect: side === "onPremises" ? disconnectServer : disconnectTenant,
    executable: pwsh,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return {
    exchange,
    close: async () => {
      await exchange.close();
      await rm(folder, { recursive: true });
    },
  };
}
