import { Agent, request } from "undici";
import type { World } from "../world.ts";
import { soap } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml } from "./requests.ts";

/** What EWS of the online side answers to an application's token that asks for somebody's Sent Items. */
export async function ewsAsApplication(world: World, token: string, address: string): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  const operation = getFoldersXml(folderXml(), "Default");
  const { body } = await request(world.online?.ews ?? "", {
    dispatcher,
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/xml", "X-AnchorMailbox": address },
    body: soap(operation, { impersonate: `<t:SmtpAddress>${address}</t:SmtpAddress>` }),
  });
  const text = await body.text();
  await dispatcher.close();
  return text;
}
