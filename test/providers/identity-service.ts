import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Application } from "../emulator/application.ts";
import { issue } from "../emulator/login/access-token.ts";
import type { Organization } from "../emulator/organization.ts";

/** What gives out the tokens of a machine's identity, as App Service has it and as a virtual machine has it. */
export interface IdentityServiceStandIn {
  /** Variables that tell of it, of App Service. */
  appService: Record<string, string>;
  /** The same of a virtual machine. */
  virtualMachine: Record<string, string>;
  close: () => Promise<void>;
}

/** Starts one on a free port, for a machine whose identity is an application of the embedded Exchange. */
export async function startIdentityService(
  organization: Organization,
  application: Application,
): Promise<IdentityServiceStandIn> {
  const header = "proves-that-the-request-is-of-this-machine";
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const appService = pathname === "/msi/token" && request.headers["x-identity-header"] === header;
    const machine =
      pathname === "/metadata/identity/oauth2/token" &&
      request.headers["metadata"] === "true" &&
      request.headers["x-forwarded-for"] === undefined;
    const version = appService ? "2019-08-01" : "2018-02-01";
    const id = searchParams.get("client_id");
    if (!(appService || machine) || searchParams.get("api-version") !== version)
      return answer(400, { error: "invalid_request" });
    if (id !== null && id !== application.appId) return answer(400, { error: "invalid_request" });
    void issue(organization, { application, proof: "2" }, searchParams.get("resource") ?? "", false).then(
      ({ token, seconds, at }) =>
        answer(200, {
          access_token: token,
          resource: searchParams.get("resource"),
          token_type: "Bearer",
          // App Service tells only when it ends.
          expires_on: String(at + seconds),
          ...(machine && { expires_in: String(seconds) }),
        }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    appService: { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: header },
    virtualMachine: { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
