import { Client, type PageCollection } from "@microsoft/microsoft-graph-client";
import type { PeerAccess, Update } from "./run.ts";

/** As the documentation of @microsoft/microsoft-graph-client shows: filter, patch, get. */
export function graphUpdate({ graph, token, app }: PeerAccess): Update {
  let access: Promise<string> | undefined;
  const client = Client.initWithMiddleware({
    baseUrl: `${graph}/`,
    defaultVersion: "v1.0",
    customHosts: new Set([new URL(graph).hostname]),
    authProvider: { getAccessToken: () => (access ??= signIn(token, app)) },
  });
  return async (mailbox, messageId, html) => {
    const { value } = (await client
      .api(`/users/${mailbox}/mailFolders/sentitems/messages`)
      .filter(`internetMessageId eq '${messageId}'`)
      .get()) as PageCollection;
    const [found] = value as { id: string }[];
    if (!found) throw new Error(`${messageId} is not in Sent Items.`);
    const path = `/users/${mailbox}/messages/${found.id}`;
    await client.api(path).patch({ body: { contentType: "html", content: html } });
    const { body } = (await client.api(path).get()) as { body: { content: string } };
    return body.content;
  };
}

async function signIn(url: string, { clientId, secret }: PeerAccess["app"]): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: secret,
      scope: "https://graph.microsoft.com/.default",
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
