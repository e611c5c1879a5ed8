import { createHash, createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { row, Thrown, type Thing } from "./value.ts";

/** A session with the embedded Exchange, over its admin endpoint. */
export interface Session {
  /** @throws Thrown in the form in which the side's own session fails */
  invoke: (
    cmdlet: string,
    parameters: Record<string, unknown>,
    warn: (text: string) => void,
  ) => Promise<Thing[]>;
}

const unauthorized = "System.UnauthorizedAccessException";

interface Answer {
  value?: Record<string, unknown>[];
  "@odata.nextLink"?: string;
  "@adminapi.warnings"?: string[];
  error?: { message?: string; details?: { message?: string }[] };
}

/** A remote session with a server of one's own. @throws Thrown when it does not let the account in */
export async function openServer(uri: string, user: string, password: string): Promise<Session> {
  const { origin } = new URL(uri);
  const domain = user.slice(user.indexOf("@") + 1);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const session = sessionAt(`${origin}/adminapi/beta/${domain}`, authorization, (type, text, wait) => {
    if (wait !== undefined) return overQuota(wait);
    const reason = type.split(".").at(-1) ?? type;
    return new Thrown("System.Management.Automation.RemoteException", reason, text);
  });
  await session.invoke("Get-OrganizationConfig", {}, () => {});
  return session;
}

/** A machine's token, from the service on it that gives them out. @throws Thrown where there is none */
export async function tokenByIdentity(clientId: string | undefined): Promise<string> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = process.env;
  const id = clientId === undefined ? "" : `&client_id=${clientId}`;
  const address = `${endpoint}?api-version=2019-08-01&resource=https://outlook.office365.com${id}`;
  const response = await fetch(address, { headers: { "X-IDENTITY-HEADER": header ?? "" } });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Thrown(
    "Microsoft.Identity.Client.MsalServiceException",
    "MsalServiceException",
    "No managed identity endpoint found.",
  );
}

/** A session with Exchange Online, by an access token. */
export function openTenant(connectionUri: string, token: string): Session {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
    tid: string;
  };
  const { origin } = new URL(connectionUri);
  return sessionAt(`${origin}/adminapi/beta/${claims.tid}`, `Bearer ${token}`, (type, text) => {
    // Of HTTP 401 the module says one word.
    const said = type === unauthorized ? "UnAuthorized" : `Ex6F9304|${type}|${text}`;
    return new Thrown("System.Exception", "Exception", said);
  });
}

/** An application's token by its certificate. @throws Thrown AADSTS... */
export async function tokenByCertificate(
  authority: string,
  tenant: string,
  clientId: string,
  { certificate, key }: { certificate: string; key: string },
): Promise<string> {
  const address = `${authority.replace(/\/+$/, "")}/${tenant}/oauth2/v2.0/token`;
  const privateKey = createPrivateKey(key);
  const elliptic = privateKey.asymmetricKeyType === "ec";
  const thumbprint = createHash("sha256").update(new X509Certificate(certificate).raw).digest("base64url");
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: elliptic ? "ES256" : "RS256", typ: "JWT", "x5t#S256": thumbprint },
    { aud: address, iss: clientId, sub: clientId, jti: randomUUID(), nbf: now, exp: now + 600 },
  ].map((each) => Buffer.from(JSON.stringify(each)).toString("base64url"));
  const signature = sign("sha256", Buffer.from(parts.join(".")), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: [...parts, signature.toString("base64url")].join("."),
    scope: "https://outlook.office365.com/.default",
  };
  const response = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Thrown(
    "Microsoft.Identity.Client.MsalServiceException",
    "MsalServiceException",
    answer.error_description ?? "AADSTS",
  );
}

function sessionAt(
  base: string,
  authorization: string,
  failed: (type: string, text: string, wait?: number) => Thrown,
): Session {
  const page = async (
    address: string,
    cmdlet: string,
    parameters: Record<string, unknown>,
  ): Promise<Answer> => {
    const response = await fetch(address, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
    }).catch((error: unknown) => {
      throw new Thrown(
        "System.Management.Automation.Remoting.PSRemotingTransportException",
        "PSRemotingTransportException",
        String(error),
      );
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Answer;
    if (response.status === 401) throw failed(unauthorized, "Access is denied.");
    if (response.status === 429 || response.status === 503) {
      const seconds = response.status === 429 ? response.headers.get("retry-after") : null;
      const wait = seconds === null ? undefined : Number(seconds) * 1_000;
      throw failed("Microsoft.Exchange.Data.Storage.ServerBusyException", "The server is too busy.", wait);
    }
    if (response.status === 403) throw notFound(cmdlet);
    const { error } = JSON.parse(text) as Answer;
    const [, type = "System.Exception", ...said] = (
      error?.details?.[0]?.message ??
      error?.message ??
      ""
    ).split("|");
    throw failed(type, said.join("|"));
  };
  return {
    invoke: async (cmdlet, parameters, warn) => {
      const found: Thing[] = [];
      let address: string | undefined = `${base}/InvokeCommand`;
      while (address !== undefined) {
        const answer: Answer = await page(address, cmdlet, parameters);
        for (const text of answer["@adminapi.warnings"] ?? []) warn(text);
        found.push(...(answer.value ?? []).map((each) => row(plain(each))));
        address = answer["@odata.nextLink"];
      }
      return found;
    },
  };
}

/** What the module shows of an answer: no annotations of OData. */
function plain(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.includes("@")));
}

/** WS-Management's refusal of whoever asks too often; `wait` in milliseconds. */
function overQuota(wait: number): Thrown {
  return new Thrown(
    "System.Management.Automation.Remoting.PSRemotingTransportException",
    "PSRemotingTransportException",
    `The WS-Management service cannot process the request. The user load quota of 1000 requests per 2 seconds has been exceeded. Send future requests at a slower rate or raise the quota for this user. The next request from this user will not be approved for at least ${wait} milliseconds.`,
  );
}

export function notFound(cmdlet: string): Thrown {
  return new Thrown(
    "System.Management.Automation.CommandNotFoundException",
    "CommandNotFoundException",
    `The term '${cmdlet}' is not recognized as a name of a cmdlet, function, script file, or executable program.`,
  );
}
