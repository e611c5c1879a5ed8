import type { Reply, Request } from "../../http.ts";
import { isObject, jsonBody, type Call, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";

interface Part {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  dependsOn: string[];
}

interface Answered {
  id: string;
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const mostParts = 20;
const atOnce = 4;

/** POST $batch: at most twenty requests, four at a time; one that depends on others waits for them, and fails with them. */
export const batch: Operation = async (call) => {
  const parts = readParts(jsonBody(call)["requests"]);
  const turn = turns(atOnce);
  const done = new Map<string, Promise<Answered>>();
  for (const part of parts) {
    const before = part.dependsOn.flatMap((id) => done.get(id) ?? []);
    done.set(
      part.id,
      inOrder(part, before, () => turn(() => perform(call, part))),
    );
  }
  return { status: 200, body: { responses: await Promise.all(done.values()) } };
};

async function inOrder(
  part: Part,
  before: Promise<Answered>[],
  work: () => Promise<Answered>,
): Promise<Answered> {
  const answers = await Promise.all(before);
  if (answers.every(({ status }) => status < 400)) return work();
  const error = { code: "FailedDependency", message: "A request that this one depends on failed." };
  return { id: part.id, status: 424, headers: { "Content-Type": "application/json" }, body: { error } };
}

async function perform(call: Call, part: Part): Promise<Answered> {
  const request: Request = {
    method: part.method.toUpperCase(),
    url: new URL(`${call.root}${part.url.startsWith("/") ? "" : "/"}${part.url}`),
    headers: Object.fromEntries(
      Object.entries(part.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: bodyOf(part),
  };
  return { id: part.id, ...written(await call.again(request)) };
}

/** JSON as it is; of another type, a text is the bytes in base64, but for MIME, which is base64 in a request of its own as well. */
function bodyOf({ body, headers }: Part): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body !== "string") return Buffer.from(JSON.stringify(body));
  const [, type = ""] = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return Buffer.from(body, /^text\/plain\b/i.test(type) ? "utf8" : "base64");
}

function written(reply: Reply): Omit<Answered, "id"> {
  if ("drop" in reply) return { status: 502 };
  const { status, body } = reply;
  // A part's headers are a JSON object: one text for each name.
  const headers = Object.fromEntries(
    Object.entries(reply.headers ?? {}).map(([name, value]) => [name, [value].flat().join(", ")]),
  );
  if (body === undefined) return { status, headers };
  if (Buffer.isBuffer(body)) return { status, headers, body: body.toString("base64") };
  return typeof body === "string"
    ? { status, headers, body }
    : { status, headers: { "Content-Type": "application/json", ...headers }, body };
}

/** @throws GraphError BadRequest when ids, methods or dependencies are wrong */
function readParts(given: unknown): Part[] {
  if (!Array.isArray(given) || given.length === 0)
    throw badRequest("Invalid batch payload format: 'requests' is missing or empty.");
  if (given.length > mostParts)
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${mostParts}.`);
  const ids = new Set<string>();
  return given.map((each: unknown) => {
    const part = readPart(each);
    if (ids.has(part.id)) throw badRequest(`Request Id '${part.id}' has to be unique in a batch.`);
    for (const id of part.dependsOn)
      if (!ids.has(id))
        throw badRequest(`Request '${part.id}' depends on '${id}', which no request before it is.`);
    ids.add(part.id);
    return part;
  });
}

function readPart(given: unknown): Part {
  const { id, method, url, headers = {}, body, dependsOn = [] } = isObject(given) ? given : {};
  if (typeof id !== "string" || typeof method !== "string" || typeof url !== "string" || !isObject(headers))
    throw badRequest("Invalid batch payload format: every request needs id, method and url.");
  const named = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  if (body !== undefined && !named.some(([name]) => name.toLowerCase() === "content-type"))
    throw badRequest(`Request '${id}' has a body and needs a Content-Type header.`);
  return {
    id,
    method,
    url,
    headers: Object.fromEntries(named),
    body,
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
  };
}

/** Lets so many pieces of work run at once. */
function turns(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
