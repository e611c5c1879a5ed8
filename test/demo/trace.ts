import { request, type Dispatcher } from "undici";

/** What the mail flow of Exchange Online says of a message. */
export interface Trace {
  /** When the stamping relay gave it back; milliseconds since 1970. */
  stamped?: number;
  /** How many copies of it are on their way to the intake, or have been there. */
  toIntake: number;
  /** How often it was handed to a mailbox or to another server. */
  delivered: number;
  /** Whether a rule of the mail path, to the relay or to the intake, took it up. */
  taken: boolean;
  /** Whether no recipient waits any more. */
  settled: boolean;
}

/** Asks Exchange Online's message trace, as an administrator would. */
export interface Tracer {
  of: (messageId: string) => Promise<Trace>;
}

/** How the online admin endpoint is reached. */
export interface AdminAccess {
  /** `.../adminapi/beta/<tenant>` */
  admin: string;
  token: string;
  clientId: string;
  clientSecret: string;
  dispatcher: Dispatcher;
}

/** What the mail path is recognised by. */
export interface PathNames {
  /** The transport rules that take messages to the relay and to the intake. */
  rules: string[];
  /** The connector to the relay. */
  outbound: string;
  /** The name on the relay's certificate when it comes back. */
  returns: string;
  /** The address to which stamped copies go. */
  intake: string;
}

/** Opens the message trace. @throws Error when the application is refused */
export async function openTracer(access: AdminAccess, names: PathNames): Promise<Tracer> {
  const bearer = await signIn(access);
  const cmdlet = async (name: string, parameters: object): Promise<Row[]> => {
    const response = await request(`${access.admin}/InvokeCommand`, {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: parameters } }),
      dispatcher: access.dispatcher,
    });
    const answer = (await response.body.json()) as { value?: Row[]; error?: Refusal };
    if (answer.value === undefined) {
      const { error } = answer;
      throw new Error(`${name}: ${error?.details?.[0]?.message ?? error?.message ?? response.statusCode}`);
    }
    return answer.value;
  };
  return {
    of: async (messageId) => {
      const found = await cmdlet("Get-MessageTraceV2", { MessageId: messageId });
      const details = await Promise.all(
        found.map(async (row): Promise<Row[]> => {
          const RecipientAddress = String(row["RecipientAddress"]);
          const MessageTraceId = String(row["MessageTraceId"]);
          const events = await cmdlet("Get-MessageTraceDetailV2", { MessageTraceId, RecipientAddress });
          return events.map((event) => ({ ...event, RecipientAddress }));
        }),
      );
      const back = details
        .flat()
        .filter(
          (event) => event["Event"] === "Receive" && String(event["Detail"]) === `from ${names.returns}`,
        )
        .map((event) => Date.parse(String(event["Date"])));
      return {
        ...(back.length > 0 ? { stamped: Math.max(...back) } : {}),
        toIntake: details
          .flat()
          .filter((event) => isDelivery(event) && event["RecipientAddress"] === names.intake).length,
        delivered: details.flat().filter(isDelivery).length,
        taken: details.flat().some((event) => names.rules.includes(ruleOf(event))),
        settled: details.length > 0 && details.every((events) => isSettled(events.at(-1), names.outbound)),
      };
    },
  };
}

type Row = Record<string, unknown>;

/** The reason of a refusal is in the details. */
interface Refusal {
  message: string;
  details?: { message: string }[];
}

/** Whether nothing more happens for a recipient after this event: what goes to the relay comes back. */
function isSettled(last: Row | undefined, outbound: string): boolean {
  if (last === undefined) return false;
  const event = String(last["Event"]);
  if (event === "Send external") return !String(last["Detail"]).endsWith(`through connector '${outbound}'`);
  return ["Deliver", "Fail", "Drop", "Expand"].includes(event);
}

function ruleOf(event: Row): string {
  return /^Transport rule: '(.*)'$/.exec(String(event["Detail"]))?.[1] ?? "";
}

function isDelivery(event: Row): boolean {
  return event["Event"] === "Deliver" || event["Event"] === "Send external";
}

async function signIn({ token, clientId, clientSecret, dispatcher }: AdminAccess): Promise<string> {
  const response = await request(token, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: "https://outlook.office365.com/.default",
    }).toString(),
    dispatcher,
  });
  const { access_token: bearer } = (await response.body.json()) as { access_token?: string };
  if (bearer === undefined)
    throw new Error(`Exchange Online refused the application (HTTP ${response.statusCode})`);
  return bearer;
}
