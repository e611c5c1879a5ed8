import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World, type WorldOptions } from "../world.ts";
import { basic, fetchToken, openSession, type AdminSession } from "./session.ts";

/** A hybrid organization in this process, with an administrator's session on each side. */
export interface Sessions {
  world: World;
  onPremises: AdminSession;
  online: AdminSession;
  /** The application's token for Exchange, as a header. */
  authorization: string;
  close: () => Promise<void>;
}

/** Starts the organization and signs in on both sides. */
export async function startSessions(options: WorldOptions = {}): Promise<Sessions> {
  const world = await startWorld(options);
  const { organization, online: web } = world;
  const { ca } = organization.authority;
  const administrator = recipientByAddress(sideOf(organization, "onPremises"), "admin@contoso.com");
  const [application] = organization.store.applications;
  if (!web?.token || !application) throw new Error("The organization is not a hybrid one.");
  const onPremises = openSession(
    world.onPremises.admin,
    ca,
    basic("admin@contoso.com", administrator?.password ?? ""),
  );
  const { body } = await fetchToken(web.token, ca, {
    grant_type: "client_credentials",
    client_id: application.appId,
    client_secret: application.secret,
    scope: "https://outlook.office365.com/.default",
  });
  const authorization = `Bearer ${String(body["access_token"])}`;
  const online = openSession(web.admin, ca, authorization);
  return {
    world,
    onPremises,
    online,
    authorization,
    close: async () => {
      await Promise.all([onPremises.close(), online.close()]);
      await world.close();
    },
  };
}
