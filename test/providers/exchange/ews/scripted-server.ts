import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createClient, type Client } from "../../../../providers/exchange/ews/client.ts";
import { createAuthority } from "../../../emulator/tls.ts";

/** Who the client of a scripted server signs in as. */
export const account = { username: "siu@contoso.com", password: "Pässword" };

export interface Reply {
  status: number;
  headers?: Record<string, string | string[]>;
  text?: string;
}

let open: { server: Server; client: Client } | undefined;

/** Starts an HTTPS server that answers as told, with a client for it, and notes the Authorization header of each request. */
export async function scripted(
  reply: (path: string, authorization: string | undefined, url: string) => Reply,
): Promise<{ url: string; seen: (string | undefined)[]; client: Client }> {
  const seen: (string | undefined)[] = [];
  const authority = await createAuthority();
  const server = createServer(await authority.issue(["localhost"]), (request, response) => {
    request.resume().once("end", () => {
      seen.push(request.headers.authorization);
      const { status, headers, text } = reply(request.url ?? "", request.headers.authorization, url());
      response.writeHead(status, headers).end(text);
    });
  });
  const url = (): string => `https://localhost:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open = { server, client: createClient(account, authority.ca) };
  return { url: url(), seen, client: open.client };
}

/** Ends what the last test started. */
export async function close(): Promise<void> {
  const ending = open;
  open = undefined;
  ending?.client.close();
  await new Promise<void>((resolve) => (ending ? ending.server.close(() => resolve()) : resolve()));
}

/** A refusal that names ways to sign in. */
export function offering(...schemes: string[]): Reply {
  return { status: 401, headers: { "www-authenticate": schemes } };
}
