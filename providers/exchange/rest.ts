import { Agent, request } from "undici";
import { Fault, interpret } from "./errors.ts";
import { createGate } from "./gate.ts";
import { persist, reads, retryAfterOf, type Setback } from "./patience.ts";
import type { Exchange, Parameters, Row, SideName } from "./port.ts";
import { createToken, type TokenCredential } from "./token.ts";
import { toTell } from "./warnings.ts";

/** How the admin REST endpoint of one side is reached. */
export interface RestOptions {
  side: SideName;
  /** The address before `/InvokeCommand`, such as `https://outlook.office365.com/adminapi/beta/<tenant>`. */
  url: string;
  /** An administrator's account (on-premises), or an application or a machine's identity (Exchange Online). */
  credential: { username: string; password: string } | TokenCredential;
  /** PEM of a private certificate authority, trusted beside the system's own. */
  certificateAuthority?: string;
  /** Hears what Exchange warns of, and what is waited for. */
  warn?: (text: string) => void;
  /** Milliseconds since 1970. */
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
}

/** Milliseconds that an answer may take. */
const longest = 300_000;

/** Cmdlets in flight: servers let an administrator run 18 at once by default, and the same account may be at work elsewhere. */
const inFlight = 8;

interface Answer {
  value?: Row[];
  "@odata.nextLink"?: string;
  "@adminapi.warnings"?: string[];
  error?: {
    message?: string;
    details?: { message?: string }[];
    innererror?: { message?: string; internalexception?: { message?: string } };
  };
}

/**
 * The admin port over the InvokeCommand endpoint that the Exchange Online module itself calls. Microsoft does not document
 * it for others. Opens no connection before the first call.
 */
export function createRest(options: RestOptions): Exchange {
  const { side, url, credential, now, wait, warn } = options;
  const ca = options.certificateAuthority;
  const agent = new Agent({
    connections: inFlight,
    keepAliveTimeout: 60_000,
    ...(ca !== undefined && { connect: { ca } }),
  });
  const gate = createGate(inFlight, wait);
  const token = "username" in credential ? undefined : createToken(credential, { dispatcher: agent, now });
  const authorization = async (): Promise<string> => {
    if (token) return `Bearer ${await token.get()}`;
    const { username, password } = credential as { username: string; password: string };
    return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  };

  function call(address: string, cmdlet: string, parameters: Parameters): Promise<Answer> {
    let refused = false;
    const attempt = async (): Promise<{ done: Answer } | Setback> => {
      const signedIn = await authorization().catch(asFault);
      // Without a token nothing was sent, so that nothing was done.
      if (signedIn instanceof Fault) {
        const because = "the token service does not answer";
        return { fault: signedIn, repeatable: signedIn.code === "UNAVAILABLE", because };
      }
      const answer = await send(address, cmdlet, parameters, signedIn).catch((cause: unknown) =>
        unreachable(side, url, cmdlet, cause),
      );
      // A write may have been done before the line broke: whoever wants it looks before asking again.
      if (answer instanceof Fault) return { fault: answer, repeatable: reads(cmdlet) };
      const { status, retryAfter, text } = answer;
      if (status < 300) return { done: parse(text, cmdlet, url) };
      if (status === 401 && token && !refused) {
        refused = true;
        token.forget();
        return attempt();
      }
      const fault = interpret(cmdlet, status, messageOf(text), parameters);
      const busy = fault.code === "THROTTLED" || status === 429 || status === 503;
      return { fault, retryAfter, repeatable: busy || (reads(cmdlet) && fault.code === "UNAVAILABLE") };
    };
    return persist(cmdlet, attempt, { wait, warn, gate });
  }

  async function send(
    address: string,
    cmdlet: string,
    parameters: Parameters,
    signedIn: string,
  ): Promise<{ status: number; retryAfter: number | undefined; text: string }> {
    const { statusCode, headers, body } = await request(address, {
      dispatcher: agent,
      headersTimeout: longest,
      bodyTimeout: longest,
      method: "POST",
      headers: {
        authorization: signedIn,
        "content-type": "application/json; charset=utf-8",
        accept: "application/json",
        prefer: "odata.maxpagesize=1000",
        "x-cmdletname": cmdlet,
        "x-responseformat": "json",
      },
      body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
    });
    const retryAfter = retryAfterOf(headers["retry-after"], now());
    return { status: statusCode, retryAfter, text: await body.text() };
  }

  return {
    side,
    invoke: async (cmdlet, parameters = {}) => {
      const rows: Row[] = [];
      let address: string | undefined = `${url.replace(/\/+$/, "")}/InvokeCommand`;
      while (address !== undefined) {
        const page: Answer = await call(address, cmdlet, parameters);
        rows.push(...(page.value ?? []));
        for (const text of toTell(cmdlet, parameters, page["@adminapi.warnings"] ?? [])) warn?.(text);
        address = page["@odata.nextLink"];
      }
      return rows;
    },
    close: () => agent.close(),
  };
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}

function messageOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as Answer;
    const { message, details = [], innererror } = error ?? {};
    const texts = [...details.map((each) => each.message), innererror?.internalexception?.message, message];
    // `Ex6F9304|Microsoft...Exception|text` is in the details; the message is "Error executing cmdlet", whatever happened.
    return texts.find((each) => each?.includes("|")) ?? texts.find((each) => each) ?? "";
  } catch {
    // A proxy's page in HTML says nothing that the status does not.
    return "";
  }
}

/** A reading without a list is no empty one: what is not understood must never look like an object that is absent. */
function parse(text: string, cmdlet: string, url: string): Answer {
  const reading = reads(cmdlet);
  let cause: unknown;
  try {
    const answer = JSON.parse(text === "" && !reading ? "{}" : text) as Answer | null;
    if (answer && (!reading || Array.isArray(answer.value))) return answer;
  } catch (error) {
    cause = error;
  }
  throw new Fault(
    "UNEXPECTED",
    `${cmdlet}: '${url}' did not answer as an Exchange admin endpoint does. Check its address under connections.`,
    { cause },
  );
}

function unreachable(side: SideName, url: string, cmdlet: string, cause: unknown): Fault {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no connection";
  return new Fault(
    "UNAVAILABLE",
    `${cmdlet}: cannot reach Exchange at '${url}' (${code}). Check connections.${side}.admin.url, the network, and connections.certificateAuthority where the server has a private certificate.`,
    { cause },
  );
}
