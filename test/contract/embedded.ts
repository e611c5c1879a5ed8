import { Agent } from "undici";
import { ewsEndpoint } from "../emulator/ews/server.ts";
import { createOrganization } from "../emulator/organization.ts";
import { startWebServer } from "../emulator/server.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import type { Handler, Request } from "../emulator/http.ts";
import type { Organization } from "../emulator/organization.ts";
import type { EwsOptions } from "../../reconciler/mailbox/ews/adapter.ts";

/** The on-premises side of the embedded Exchange, with the service account's grant made. */
export interface Embedded {
  organization: Organization;
  /** The service account. */
  account: { username: string; password: string };
  /** How it reaches the server, over HTTP Basic. */
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

/** Starts it; the service account may impersonate whom the recipient filter finds. `watch` is told of each request to EWS. */
export async function startEmbedded(
  filter: string,
  watch: (request: Request) => void = () => {},
): Promise<Embedded> {
  const organization = await createOrganization();
  const endpoint = ewsEndpoint(organization, sideOf(organization, "onPremises"));
  const ews: Handler = (request) => {
    watch(request);
    return endpoint(request);
  };
  const server = await startWebServer(organization, "onPremises", { ews });
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
  const account = { username: "siu@contoso.com", password: password(organization, "siu@contoso.com") };
  return {
    organization,
    account,
    autodiscover: server.autodiscover,
    options: {
      url: server.ews,
      credential: { by: "basic", ...account },
      certificateAuthority: organization.authority.ca,
    },
    close: async () => {
      await agent.close();
      await server.close();
    },
  };
}
