import { createOrganization } from "../emulator/organization.ts";
import { createObject } from "../emulator/admin/object.ts";
import { graphEndpoint } from "../emulator/graph/server.ts";
import { type Notifications, startNotifications } from "../emulator/graph/notifications/service.ts";
import { startWebServer } from "../emulator/server.ts";
import { rows, sideOf } from "../emulator/store.ts";
import type { Handler, Request } from "../emulator/http.ts";
import type { Organization } from "../emulator/organization.ts";
import type { GraphOptions } from "../../reconciler/mailbox/graph/adapter.ts";

/** The online side of the embedded Exchange, with the application's rights given. */
export interface EmbeddedGraph {
  organization: Organization;
  notifications: Notifications;
  /** How the application reaches it. */
  options: GraphOptions;
  close: () => Promise<void>;
}

/**
 * Starts it; the application may read and write the mail of those whom the recipient filter finds, and read the directory. `watch` is told of
 * each request to Graph.
 */
export async function startEmbeddedGraph(
  filter: string,
  existing?: Organization,
  watch: (request: Request) => void = () => {},
): Promise<EmbeddedGraph> {
  const organization = existing ?? (await createOrganization());
  const side = sideOf(organization, "online");
  const [application] = organization.store.applications;
  const [principal] = rows(side, "ServicePrincipal");
  if (application === undefined || principal === undefined) throw new Error("there is no application");
  application.permissions = ["User.Read.All", "GroupMember.Read.All"];
  createObject(organization, side, "ManagementScope", {
    Name: "Senders",
    RecipientFilter: filter,
    Exclusive: false,
  });
  for (const role of ["Application Mail.ReadWrite", "Application Mail-Advanced.ReadWrite.All"]) {
    createObject(organization, side, "ManagementRoleAssignment", {
      Name: `${role}-Senders`,
      Role: role,
      App: principal["ObjectId"],
      RoleAssigneeType: "ServicePrincipal",
      RoleAssignmentDelegationType: "Regular",
      Enabled: true,
      CustomResourceScope: "Senders",
    });
  }
  const notifications = startNotifications(organization, side, {});
  const endpoint = graphEndpoint(organization, side, { notifications });
  const graph: Handler = (request) => {
    watch(request);
    return endpoint(request);
  };
  const server = await startWebServer(organization, "online", { graph });
  const certificateAuthority = organization.authority.ca;
  return {
    organization,
    notifications,
    options: {
      url: server.graph ?? "",
      certificateAuthority,
      now: organization.now,
      signIn: {
        tenantId: organization.store.tenantId,
        clientId: application.appId,
        proof: { clientSecret: application.secret },
        authority: new URL(server.token ?? "").origin,
        certificateAuthority,
      },
    },
    close: async () => {
      await notifications.close();
      await server.close();
    },
  };
}
