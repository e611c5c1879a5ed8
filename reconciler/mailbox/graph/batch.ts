import { Fault } from "../../fault.ts";
import { graphFault, readRetryAfter } from "./errors.ts";
import type { Ask, Call } from "./client.ts";

/** What became of one request of a batch. */
export type Part = { body: unknown } | { failure: Fault };

interface Answer {
  id: string;
  status: number;
  headers?: Record<string, string>;
  body?: { error?: { code?: string } };
}

/** https://learn.microsoft.com/graph/json-batching */
const most = 20;

/**
 * Asks in one round trip, one after the other: after a failure nothing more is done, and the parts behind it are left out.
 * @throws Fault when the batch itself fails
 */
export async function batch(
  call: Call,
  asks: readonly Ask[],
  about: string,
  mailbox: string,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (let start = 0; start < asks.length && !parts.some((part) => "failure" in part); start += most) {
    const requests = asks.slice(start, start + most).map(({ method, path, body, headers }, index) => ({
      id: String(index),
      method,
      url: path,
      ...(body && { body }),
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      ...(index > 0 && { dependsOn: [String(index - 1)] }),
    }));
    const { responses } = await call<{ responses: Answer[] }>(
      { method: "POST", path: "/$batch", body: { requests } },
      about,
      mailbox,
    );
    for (const { id } of requests) {
      const part = partOf(
        responses.find((answer) => answer.id === id),
        about,
      );
      parts.push(part);
      if ("failure" in part) break;
    }
  }
  return parts;
}

function partOf(answer: Answer | undefined, about: string): Part {
  if (answer === undefined)
    return { failure: new Fault("UNEXPECTED", `${about}: Graph left a part of the batch unanswered.`) };
  const { status, headers = {}, body } = answer;
  if (status < 300) return { body };
  const retryAfter = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  return { failure: graphFault(status, body?.error?.code ?? "", readRetryAfter(retryAfter), about) };
}
