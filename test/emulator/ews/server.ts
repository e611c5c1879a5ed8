import { onTheWay, type RequestedFault } from "../faults.ts";
import type { Answer, Handler, Reply, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import { authenticate, challenge, type Caller } from "../sign-in/authenticate.ts";
import type { Side } from "../store.ts";
import { mayUseEws } from "./admission.ts";
import { actingAccount, addressOf } from "./account.ts";
import type { EwsCall, Submit } from "./call.ts";
import { readDocument, readsType } from "./document.ts";
import { EwsError, schemaError } from "./error.ts";
import { exchanged, type Exchanged } from "./exchanged.ts";
import { knownOperation } from "./known-operations.ts";
import { mailboxesNamed } from "./mailboxes-named.ts";
import { createSubscriptions } from "./notification/subscriptions.ts";
import { hangingOperations, operations } from "./operations/index.ts";
import { envelope, fault, readSoap, type SoapRequest } from "./soap.ts";
import { createThrottle } from "./throttle.ts";
import { defaultPolicy, type ThrottlingPolicy } from "./throttling-policy.ts";
import { writeXml, type Element } from "./xml.ts";

/** Bytes of a request that Exchange takes by default. */
export const largestRequest = 64 * 1024 * 1024;

/**
 * Answers requests to `/EWS/Exchange.asmx` of one side. `submit` takes what clients send (SendOnly, SendAndSaveCopy);
 * without it sending is refused. Limits are Microsoft's defaults unless told.
 */
export function ewsEndpoint(
  organization: Organization,
  side: Side,
  submit?: Submit,
  limits: Partial<ThrottlingPolicy> = {},
): Handler {
  const policy = { ...defaultPolicy(side.name), ...limits };
  const throttle = createThrottle(policy, organization.now);
  const subscriptions = createSubscriptions(organization, side, policy);

  async function perform(
    caller: Caller,
    agent: string,
    { version, operation, times, connectingSid }: SoapRequest,
  ): Promise<Answer> {
    const name = operationName(operation);
    const hang = hangingOperations.get(name);
    const work = operations.get(name);
    if (!hang && !work) throw unknown(name);
    const acting = actingAccount(organization, side, caller, connectingSid);
    if (!mayUseEws(organization, side, { caller, acting, agent, now: organization.now() }))
      return { status: 403 };
    // Whoever impersonates uses a budget of their own for each mailbox.
    const account = connectingSid ? `impersonated ${acting.guid}` : acting.guid;
    const call: EwsCall = {
      organization,
      side,
      version,
      times,
      acting,
      caller,
      policy,
      subscriptions,
      isEarly: subscriptions.isEarly,
      hang: () => throttle.hang(account),
      ...(submit ? { submit } : {}),
    };
    if (hang) return { status: 200, headers: contentType, body: hang(call, operation) };
    if (!work) throw unknown(name);
    // In every mailbox that it works in, what it checks stays true until it writes.
    const inTurns = mailboxesNamed(side, acting.guid, operation).reduceRight(
      (inner, owner) => () => organization.inTurn(owner, inner),
      async () => work(call, operation),
    );
    const answer = await throttle.run(account, inTurns);
    return xml(200, envelope(answer));
  }

  const answered = async (request: Request): Promise<Reply> => {
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
      const asked = readSoap(readDocument(body, type));
      const address = addressOf(side, caller, asked.connectingSid);
      wanted = organization.faults.take("ews", operationName(asked.operation), side.name, address);
      if (wanted?.failure === "drop") return { drop: true };
      if (wanted?.failure === "expired") return challenge(organization);
      if (wanted?.failure === "error") throw new EwsError("ErrorInternalServerError");
      const wait = wanted?.retryAfter ?? 1;
      if (wanted?.failure === "unavailable") return { status: 503, headers: { "Retry-After": String(wait) } };
      if (wanted?.failure === "throttle") throw busy(wait);
      return onTheWay(
        staying(organization, request, await perform(caller, request.headers["user-agent"] ?? "", asked)),
        wanted,
      );
    } catch (error) {
      return onTheWay(xml(500, fault(told(error))), wanted);
    }
  };
  const serve = async (request: Request): Promise<Reply> => {
    const reply = await answered(request);
    if (exchanged.hasSubscribers && request.method === "POST" && !("drop" in reply)) tell(request, reply);
    return reply;
  };
  return Object.assign(serve, { close: subscriptions.close });
}

/** What a client hears of an error: of one that Exchange does not have, only that there was one. */
function told(error: unknown): EwsError {
  if (error instanceof EwsError) return error;
  process.stderr.write(`EWS: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new EwsError("ErrorInternalServerError");
}

function tell({ headers, body }: Request, reply: Answer): void {
  exchanged.publish({
    agent: headers["user-agent"] ?? "",
    request: body.toString("utf8"),
    status: reply.status,
    answer: typeof reply.body === "string" ? reply.body : "",
  } satisfies Exchanged);
}

/** Who asks to stay with one server, as subscribers of several mailboxes do, is told by a cookie which one that is. */
function staying({ store }: Organization, { headers }: Request, answer: Answer): Answer {
  if (!/^true$/i.test(String(headers["x-preferserveraffinity"]))) return answer;
  const cookie = `X-BackEndOverrideCookie=mail.${store.domain}~1943310282; path=/; HttpOnly`;
  return { ...answer, headers: { ...answer.headers, "Set-Cookie": cookie } };
}

function operationName({ name }: Element): string {
  return name.replace(/^m:/, "");
}

const contentType = { "Content-Type": "text/xml; charset=utf-8" };

function xml(status: number, document: Element): Answer {
  return { status, headers: contentType, body: writeXml(document) };
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
