import { spawnSync } from "node:child_process";
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

const found = spawnSync("pwsh", ["-NoProfile", "-Command", "$PSVersionTable.PSVersion.ToString()"], {
  encoding: "utf8",
});
/** The name of the real PowerShell on the PATH; undefined where there is none. */
export const realPowerShell = found.status === 0 ? `PowerShell ${found.stdout.trim()}` : undefined;

/** What stands in for PowerShell, and PowerShell itself where there is one: the one is held to the other. Both know the embedded Exchange. */
export const shells: readonly (readonly [name: string, executable: string])[] = [
  ["the stand-in for PowerShell", pwsh],
  ...(realPowerShell === undefined
    ? []
    : [[realPowerShell, fileURLToPath(new URL("../pwsh/real/pwsh", import.meta.url))] as const]),
];

/** A session over PowerShell with a side of the embedded Exchange; online the application signs in by a certificate. */
export async function powershellSession(
  { emulator: { organization, onPremises, online }, waits, environment }: Embedded,
  side: SideName,
  executable: string = pwsh,
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
    executable,
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
