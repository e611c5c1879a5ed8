import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer, Handler, Reply, Request } from "../http.ts";
import { onTheWay, type RequestedFault } from "../faults.ts";
import type { Organization } from "../organization.ts";
import { authenticate, challenge } from "../sign-in/authenticate.ts";
import type { Side } from "../store.ts";
import { actingAccount, addressOf } from "./account.ts";
import type { Submit } from "./call.ts";
import { readDocument, readsType } from "./document.ts";
import { EwsError, schemaError } from "./error.ts";
import { exchanged, type Exchanged } from "./exchanged.ts";
import { knownOperation } from "./known-operations.ts";
import { operations } from "./operations/index.ts";
import { envelope, fault, readSoap } from "./soap.ts";
import { writeXml, type Element } from "./xml.ts";

/** Bytes of a request that Exchange takes by default. */
export const largestRequest = 64 * 1024 * 1024;

/**
 * Answers requests to `/EWS/Exchange.asmx` of one side. `submit` takes what clients send (SendOnly, SendAndSaveCopy);
 * without it sending is refused.
 */
export function ewsEndpoint(organization: Organization, side: Side, submit?: Submit): Handler {
  const answer = answering(organization, side, submit);
  return async (request) => {
    const reply = await answer(request);
    if (exchanged.hasSubscribers && request.method === "POST" && !("drop" in reply)) tell(request, reply);
    return reply;
  };
}

function tell({ headers, body }: Request, reply: Answer): void {
  const answer = typeof reply.body === "string" ? reply.body : "";
  const agent = headers["user-agent"] ?? "";
  exchanged.publish({
    agent,
    request: body.toString("utf8"),
    status: reply.status,
    answer,
  } satisfies Exchanged);
}

function answering(organization: Organization, side: Side, submit?: Submit) {
  return async (request: Request): Promise<Reply> => {
    const { method, body } = request;
    const caller = authenticate(organization, side, request);
    if ("status" in caller) return caller;
    if (method !== "POST")
      return { status: 200, headers: { "Content-Type": "text/html" }, body: "<html></html>" };
    const type = request.headers["content-type"] ?? "";
    if (!readsType(type)) return { status: 415 };
    if (body.length > largestRequest) return { status: 413 };
    let wanted: RequestedFault | undefined;
    try {
      const { version, operation, times, connectingSid } = readSoap(readDocument(body, type));
      const name = operation.name.replace(/^m:/, "");
      wanted = organization.faults.take("ews", name, side.name, addressOf(side, caller, connectingSid));
      if (wanted?.failure === "drop") return { drop: true };
      if (wanted?.failure === "expired") return challenge(organization);
      if (wanted?.failure === "error") throw new EwsError("ErrorInternalServerError");
      const wait = wanted?.retryAfter ?? 1;
      if (wanted?.failure === "unavailable") return { status: 503, headers: { "Retry-After": String(wait) } };
      if (wanted?.failure === "throttle") throw busy(wait);
      const perform = operations.get(name);
      if (!perform) throw unknown(name);
      const acting = actingAccount(organization, side, caller, connectingSid);
      const call = { organization, side, version, times, acting, ...(submit ? { submit } : {}) };
      const answer = await organization.inTurn(acting.guid, () => perform(call, operation));
      return onTheWay(xml(200, envelope(answer)), wanted);
    } catch (error) {
      if (error instanceof EwsError) return onTheWay(xml(500, fault(error)), wanted);
      process.stderr.write(`EWS: ${error instanceof Error ? error.stack : String(error)}\n`);
      return xml(500, fault(new EwsError("ErrorInternalServerError")));
    }
  };
}

/** The same for `node:https`: a listener that reads the body and writes the reply. */
export function ewsHandler(
  organization: Organization,
  side: Side,
  submit?: Submit,
): (request: IncomingMessage, response: ServerResponse) => void {
  const endpoint = ewsEndpoint(organization, side, submit);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", "https://localhost");
    const reply = await endpoint({ method, url, headers, body: Buffer.concat(chunks) });
    if ("drop" in reply) return void response.destroy();
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  };
  return (request, response) => {
    // What can still fail is the connection itself.
    serve(request, response).catch(() => response.destroy());
  };
}

function xml(status: number, document: Element): Answer {
  return { status, headers: { "Content-Type": "text/xml; charset=utf-8" }, body: writeXml(document) };
}

/** Exchange tells how long to stay away, in milliseconds. */
function busy(seconds: number): EwsError {
  return new EwsError("ErrorServerBusy", undefined, {
    BackOffMilliseconds: String(Math.ceil(seconds * 1000)),
  });
}

function unknown(name: string): EwsError {
  return knownOperation(name)
    ? new EwsError("ErrorInvalidOperation", `This server does not do ${name}.`)
    : schemaError(`The element 'Body' has invalid child element '${name}'.`);
}
