import { createServer } from "node:https";
import { Agent } from "undici";
import { ewsHandler } from "../emulator/ews/server.ts";
import { createOrganization } from "../emulator/organization.ts";
import { startWebServer } from "../emulator/server.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import type { Organization } from "../emulator/organization.ts";
import type { AddressInfo } from "node:net";
import type { EwsOptions } from "../../reconciler/mailbox/ews/adapter.ts";

/** The on-premises side of the embedded Exchange, with the service account's grant made. */
export interface Embedded {
  organization: Organization;
  /** How the service account reaches it. */
  options: EwsOptions;
  /** URL of its Autodiscover service. */
  autodiscover: string;
  close: () => Promise<void>;
}

function password(organization: Organization, address: string): string {
  const account = recipientByAddress(sideOf(organization, "onPremises"), address);
  if (account?.password === undefined) throw new Error(`${address} has no account`);
  return account.password;
}

/** Starts it; the service account may impersonate whom the recipient filter finds. */
export async function startEmbedded(filter: string): Promise<Embedded> {
  const organization = await createOrganization();
  const server = await startWebServer(organization, "onPremises");
  const ews = createServer(
    await organization.authority.issue(["127.0.0.1"]),
    ewsHandler(organization, sideOf(organization, "onPremises")),
  );
  await new Promise<void>((listening) => ews.listen(0, "127.0.0.1", listening));
  const agent = new Agent({ connect: { ca: organization.authority.ca } });
  const token = btoa(`admin@contoso.com:${password(organization, "admin@contoso.com")}`);
  const url = new URL(`${server.admin}/InvokeCommand`);

  async function invoke(CmdletName: string, Parameters: Record<string, string>): Promise<void> {
    const { statusCode, body } = await agent.request({
      origin: url.origin,
      path: url.pathname,
      method: "POST",
      headers: { authorization: `Basic ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ CmdletInput: { CmdletName, Parameters } }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${CmdletName}: ${text}`);
  }

  await invoke("New-ManagementScope", { Name: "Senders", RecipientRestrictionFilter: filter });
  await invoke("New-ManagementRoleAssignment", {
    Role: "ApplicationImpersonation",
    User: "siu@contoso.com",
    CustomRecipientWriteScope: "Senders",
  });
  return {
    organization,
    autodiscover: `${server.origin}/autodiscover/autodiscover.xml`,
    options: {
      url: `https://127.0.0.1:${(ews.address() as AddressInfo).port}/EWS/Exchange.asmx`,
      credential: { username: "siu@contoso.com", password: password(organization, "siu@contoso.com") },
      certificateAuthority: organization.authority.ca,
    },
    close: async () => {
      await agent.close();
      await server.close();
      ews.closeAllConnections();
      await new Promise((closed) => ews.close(closed));
    },
  };
}
