import { Agent, request } from "undici";
import { Fault, interpret } from "./errors.ts";
import type { Exchange, Parameters, Row, SideName } from "./port.ts";
import { createToken, type ClientCredentials } from "./token.ts";

/** How the admin REST endpoint of one side is reached. */
export interface RestOptions {
  side: SideName;
  /** The address before `/InvokeCommand`, such as `https://outlook.office365.com/adminapi/beta/<tenant>`. */
  url: string;
  /** An administrator's account (on-premises), or an application (Exchange Online). */
  credential: { username: string; password: string } | ClientCredentials;
  /** PEM of a private certificate authority, trusted beside the system's own. */
  certificateAuthority?: string;
  /** Hears what Exchange warns of. */
  warn?: (text: string) => void;
  /** Milliseconds since 1970. */
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
}

/** Attempts at one call, and milliseconds before the second one; doubled from then on unless Exchange names a time. */
const patience = { attempts: 6, pause: 500 };

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
    connections: 4,
    keepAliveTimeout: 60_000,
    ...(ca !== undefined && { connect: { ca } }),
  });
  const token = "clientId" in credential ? createToken(credential, { dispatcher: agent, now }) : undefined;
  const authorization = async (): Promise<string> => {
    if (token) return `Bearer ${await token.get()}`;
    const { username, password } = credential as { username: string; password: string };
    return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  };

  async function call(address: string, cmdlet: string, parameters: Parameters): Promise<Answer> {
    const reads = /^(Get|Test)-/.test(cmdlet);
    for (let attempt = 1; ; attempt++) {
      const pause = patience.pause * 2 ** (attempt - 1);
      const last = attempt >= patience.attempts;
      const response = await send(address, cmdlet, parameters).catch((cause: unknown) => {
        if (cause instanceof Fault) throw cause;
        // A write may have been done before the line broke: whoever wants it looks before asking again.
        if (reads && !last) return undefined;
        throw unreachable(side, url, cmdlet, cause);
      });
      if (!response) {
        await wait(pause);
        continue;
      }
      const { status, retryAfter, text } = response;
      if (status < 300) return parse(text, cmdlet, url);
      if (status === 401 && token && attempt === 1) {
        token.forget();
        continue;
      }
      const fault = interpret(cmdlet, status, messageOf(text), parameters);
      if ((status !== 429 && status !== 503 && fault.code !== "THROTTLED") || last) throw fault;
      await wait(retryAfter ?? pause);
    }
  }

  async function send(
    address: string,
    cmdlet: string,
    parameters: Parameters,
  ): Promise<{ status: number; retryAfter: number | undefined; text: string }> {
    const { statusCode, headers, body } = await request(address, {
      dispatcher: agent,
      method: "POST",
      headers: {
        authorization: await authorization(),
        "content-type": "application/json; charset=utf-8",
        accept: "application/json",
        prefer: "odata.maxpagesize=1000",
        "x-cmdletname": cmdlet,
        "x-responseformat": "json",
      },
      body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
    });
    const after = String(headers["retry-after"] ?? "");
    const seconds = after === "" ? Number.NaN : Number(after);
    const until = Number.isNaN(seconds) ? Date.parse(after) - now() : seconds * 1_000;
    return {
      status: statusCode,
      retryAfter: Number.isNaN(until) ? undefined : Math.max(0, until),
      text: await body.text(),
    };
  }

  return {
    side,
    invoke: async (cmdlet, parameters = {}) => {
      const rows: Row[] = [];
      let address: string | undefined = `${url.replace(/\/+$/, "")}/InvokeCommand`;
      while (address !== undefined) {
        const page: Answer = await call(address, cmdlet, parameters);
        rows.push(...(page.value ?? []));
        for (const text of page["@adminapi.warnings"] ?? []) warn?.(`${cmdlet}: ${text}`);
        address = page["@odata.nextLink"];
      }
      return rows;
    },
    close: () => agent.close(),
  };
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

function parse(text: string, cmdlet: string, url: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch (cause) {
    throw new Fault(
      "UNEXPECTED",
      `${cmdlet}: '${url}' did not answer as an Exchange admin endpoint does. Check its address under connections.`,
      { cause },
    );
  }
}

function unreachable(side: SideName, url: string, cmdlet: string, cause: unknown): Fault {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no connection";
  return new Fault(
    "UNAVAILABLE",
    `${cmdlet}: cannot reach Exchange at '${url}' (${code}). Check connections.${side}.admin.url, the network, and connections.certificateAuthority where the server has a private certificate.`,
    { cause },
  );
}
