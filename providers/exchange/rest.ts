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
  /** Hears what Exchange warns of, and what is waited for. */
  warn?: (text: string) => void;
  /** Milliseconds since 1970. */
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
}

/**
 * Attempts at one call, and milliseconds before the second one; doubled from then on unless Exchange names a time, which may be
 * `longest` at most. Longer pauses than `silent` are said. An answer may take `answer`.
 */
const patience = { attempts: 6, pause: 500, silent: 5_000, longest: 600_000, answer: 300_000 };

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
    // A test may be repeated like a reading.
    const reads = /^(Get|Test|Validate)-/.test(cmdlet);
    let refused = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await send(address, cmdlet, parameters).catch((cause: unknown) => {
        return cause instanceof Fault ? cause : unreachable(side, url, cmdlet, cause);
      });
      if (!(answer instanceof Fault) && answer.status < 300) return parse(answer.text, cmdlet, url, reads);
      if (!(answer instanceof Fault) && answer.status === 401 && token && !refused) {
        refused = true;
        token.forget();
        continue;
      }
      const fault =
        answer instanceof Fault
          ? answer
          : interpret(cmdlet, answer.status, messageOf(answer.text), parameters);
      const { status, retryAfter } = answer instanceof Fault ? {} : answer;
      const busy = fault.code === "THROTTLED" || status === 429 || status === 503;
      // A write may have been done before the line broke: whoever wants it looks before asking again.
      const repeatable = busy || (reads && fault.code === "UNAVAILABLE");
      const pause = retryAfter ?? patience.pause * 2 ** (attempt - 1);
      if (!repeatable || attempt >= patience.attempts || pause > patience.longest) throw fault;
      if (pause > patience.silent)
        warn?.(`${cmdlet}: waiting ${Math.ceil(pause / 1_000)} s, because Exchange is busy.`);
      await wait(pause);
    }
  }

  async function send(
    address: string,
    cmdlet: string,
    parameters: Parameters,
  ): Promise<{ status: number; retryAfter: number | undefined; text: string }> {
    const { statusCode, headers, body } = await request(address, {
      dispatcher: agent,
      headersTimeout: patience.answer,
      bodyTimeout: patience.answer,
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

/** A reading without a list is no empty one: what is not understood must never look like an object that is absent. */
function parse(text: string, cmdlet: string, url: string, reads: boolean): Answer {
  let cause: unknown;
  try {
    const answer = JSON.parse(text === "" && !reads ? "{}" : text) as Answer | null;
    if (answer && (!reads || Array.isArray(answer.value))) return answer;
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
