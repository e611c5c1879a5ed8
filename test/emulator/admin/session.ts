import { Agent, request } from "undici";
import type { Row } from "../store.ts";

/** An answer of the admin endpoint, as it came over the wire. */
interface AdminAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  rows: Row[];
  nextLink?: string;
  warnings: string[];
  /** `|exception|text`, when the cmdlet failed; else the endpoint's own message. */
  error?: string;
}

/** A test's own client of an admin endpoint. */
export interface AdminSession {
  run: (
    cmdlet: string,
    parameters?: Row,
    headers?: Record<string, string>,
    url?: string,
  ) => Promise<AdminAnswer>;
  /** As `run`, but an error of the cmdlet is thrown with its text. */
  must: (cmdlet: string, parameters?: Row) => Promise<Row[]>;
  close: () => Promise<void>;
}

/** Opens a session with an `Authorization` header. */
export function openSession(admin: string, ca: string, authorization: string): AdminSession {
  const dispatcher = new Agent({ connect: { ca } });
  const run: AdminSession["run"] = async (
    cmdlet,
    parameters = {},
    headers = {},
    url = `${admin}/InvokeCommand`,
  ) => {
    const answer = await request(url, {
      dispatcher,
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: authorization, ...headers },
      body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
    });
    const body = (await answer.body.json()) as {
      value?: Row[];
      "@odata.nextLink"?: string;
      "@adminapi.warnings"?: string[];
      error?: { message: string; details?: { message: string }[] };
    };
    return {
      status: answer.statusCode,
      headers: answer.headers,
      rows: body.value ?? [],
      warnings: body["@adminapi.warnings"] ?? [],
      ...(body["@odata.nextLink"] === undefined ? {} : { nextLink: body["@odata.nextLink"] }),
      ...(body.error === undefined ? {} : { error: body.error.details?.[0]?.message ?? body.error.message }),
    };
  };
  return {
    run,
    must: async (cmdlet, parameters) => {
      const answer = await run(cmdlet, parameters);
      if (answer.error !== undefined) throw new Error(`${cmdlet}: ${answer.error}`);
      return answer.rows;
    },
    close: () => dispatcher.close(),
  };
}

/** Fetches a token with an application's secret. */
export async function fetchToken(
  token: string,
  ca: string,
  form: Record<string, string>,
): Promise<{ status: number; body: Row }> {
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await request(token, {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  const body = (await answer.body.json()) as Row;
  await dispatcher.close();
  return { status: answer.statusCode, body };
}

/** The header of HTTP Basic. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
