import { randomUUID } from "node:crypto";
import type { Submit } from "../ews/call.ts";
import { EwsError } from "../ews/error.ts";
import { onTheWay, type RequestedFault } from "../faults.ts";
import type { Answer, Handler, Reply, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Application, Side } from "../store.ts";
import { allowed } from "./access.ts";
import { authenticate, unauthorized } from "./authenticate.ts";
import { knownUser, type Call } from "./call.ts";
import { GraphError, noPerson, storeError } from "./error.ts";
import type { Notifications } from "./notifications/service.ts";
import { segmentsOf } from "./path.ts";
import { match, type Matched, type Route } from "./routes.ts";
import { createThrottle, outlookLimits, throttled, type Limits } from "./throttle.ts";
import { uploadNamed } from "./uploads.ts";

const version = "/v1.0";
/** They name a person, but not the mailbox. */
const ofDirectory: ReadonlySet<string> = new Set(["GetUser", "CheckMemberGroups"]);
const largestBody = 4 * 1024 * 1024;

export interface GraphOptions {
  /** Tells subscribers of changes. */
  notifications: Notifications;
  /** Takes what clients send; without it sending is refused. */
  submit?: Submit;
  /** Microsoft's unless told. */
  limits?: Limits;
}

/** Answers requests below `/v1.0` with the mailboxes and the directory of one side. */
export function graphEndpoint(organization: Organization, side: Side, options: GraphOptions): Handler {
  const throttle = createThrottle(options.limits ?? outlookLimits);

  async function perform(request: Request, application: Application): Promise<Reply> {
    const { route, params } = routeOf(request);
    const fault = organization.faults.take("graph", route.name, side.name, params["user"]);
    if (fault?.failure === "drop") return { drop: true };
    return onTheWay(
      await answer(request, () => suffer(request, application, { route, params }, fault)),
      fault,
    );
  }

  async function suffer(
    request: Request,
    application: Application,
    { route, params }: Matched,
    fault: RequestedFault | undefined,
  ): Promise<Reply> {
    if (fault?.failure === "expired") throw unauthorized("Lifetime validation failed, the token is expired.");
    const wait = fault?.retryAfter ?? 1;
    if (fault?.failure === "throttle") throw throttled("MailboxConcurrency", wait);
    if (fault?.failure === "error")
      throw new GraphError(500, "InternalServerError", "An internal server error occurred.");
    if (fault?.failure === "unavailable")
      throw new GraphError(503, "ServiceUnavailable", "The service is unavailable. Try again later.", {
        "Retry-After": String(wait),
      });
    const call: Call = {
      organization,
      side,
      application,
      root: `${request.url.origin}${version}`,
      url: request.url,
      headers: request.headers,
      body: request.body,
      params,
      notifications: options.notifications,
      ignored: fault?.failure === "ignore",
      again: (part) => answer(part, () => perform(part, application)),
      ...(options.submit ? { submit: options.submit } : {}),
    };
    const work = async () => route.run(call);
    return params["user"] === undefined || ofDirectory.has(route.name)
      ? checked(call, route, work)
      : inMailbox(call, route, params["user"], work);
  }

  function checked(call: Call, route: Route, work: () => Promise<Reply>): Promise<Reply> {
    if (!allowed(organization, side, call.application, route.need))
      throw new GraphError(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
      );
    return work();
  }

  /** Requests of one mailbox run one after the other, and are counted. */
  function inMailbox(call: Call, route: Route, id: string, work: () => Promise<Reply>): Promise<Reply> {
    const owner = knownUser(call, id);
    if (!allowed(organization, side, call.application, route.need, owner))
      throw storeError(new EwsError("ErrorAccessDenied"));
    const key = owner.guid;
    // Ranges of an upload count for whoever began it.
    const appId = uploadNamed(organization, call.params["session"] ?? "")?.appId ?? call.application.appId;
    return throttle(`${appId} ${key}`, organization.now(), call.body.length, () =>
      organization.inTurn(key, work),
    );
  }

  return (request) => answer(request, async () => perform(request, authenticate(organization, request)));
}

/** The route of a request. @throws GraphError BadRequest | 405 | 413 */
function routeOf({ method, url, body }: Request): Matched {
  const segments = readSegments(url);
  if (segments[0]?.toLowerCase() === "me") throw noPerson();
  const found = match(method, segments);
  if (!("route" in found))
    throw found.known
      ? new GraphError(405, "MethodNotAllowed", `The method ${method} is not supported for this resource.`)
      : new GraphError(400, "BadRequest", `Resource not found for the segment '${segments.at(-1) ?? ""}'.`);
  if (found.route.name !== "Batch" && body.length > largestBody)
    throw new GraphError(413, "RequestEntityTooLarge", "The request body is larger than 4 MB.");
  return found;
}

function readSegments(url: URL): string[] {
  try {
    return segmentsOf(url.pathname.slice(version.length));
  } catch {
    throw new GraphError(400, "BadRequest", "The path of the request is wrongly encoded.");
  }
}

/** The reply with the headers that every answer has; errors in Graph's form. */
async function answer(request: Request, work: () => Promise<Reply>): Promise<Reply> {
  const requestId = randomUUID();
  const clientId = request.headers["client-request-id"];
  const ids = {
    "request-id": requestId,
    "client-request-id": typeof clientId === "string" ? clientId : requestId,
  };
  try {
    const reply = await work();
    return "drop" in reply ? reply : withType({ ...reply, headers: { ...ids, ...reply.headers } });
  } catch (error) {
    const known = error instanceof EwsError ? storeError(error) : error;
    if (!(known instanceof GraphError)) {
      process.stderr.write(`Graph: ${error instanceof Error ? error.stack : String(error)}\n`);
      return failure(new GraphError(500, "InternalServerError", "An internal server error occurred."), ids);
    }
    return failure(known, ids);
  }
}

/** Clients read a JSON body only under its own content type, with the format that Graph names. */
function withType(reply: Answer): Answer {
  const { body, headers } = reply;
  if (typeof body !== "object" || Buffer.isBuffer(body)) return reply;
  const type =
    "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8";
  return { ...reply, headers: { "Content-Type": type, ...headers } };
}

function failure({ status, code, message, headers }: GraphError, ids: Record<string, string>): Answer {
  const date = new Date().toISOString().slice(0, 19);
  return withType({
    status,
    headers: { ...ids, ...headers },
    body: { error: { code, message, innerError: { date, ...ids } } },
  });
}
