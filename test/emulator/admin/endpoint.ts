import { cmdletOf } from "./catalogue.ts";
import { bind, parametersOn } from "./bind.ts";
import type { Call } from "./cmdlet.ts";
import { CmdletError } from "./fault.ts";
import { createRightsOfSessions, refuseOutOfScope, type Administrator, type Rights } from "./rights.ts";
import { createThrottle } from "./throttle.ts";
import { onTheWay, type RequestedFault } from "../faults.ts";
import type { Answer, Handler, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import { byPassword } from "../sign-in/authenticate.ts";
import { sideOf, type Row, type SideName } from "../store.ts";
import { readToken } from "../login/read-token.ts";

interface Invocation {
  CmdletName: string;
  Parameters: Row;
  /** Rows of earlier pages. */
  offset?: number;
}

const pageSize = 1000;

/** `POST .../InvokeCommand` of one side: OAuth for applications online, Basic for administrators on-premises. */
export function adminHandler(organization: Organization, sideName: SideName): Handler {
  const side = sideOf(organization, sideName);
  const rightsOf = createRightsOfSessions();
  const throttle = createThrottle(organization, side);
  return async (request) => {
    if (request.method !== "POST")
      return failure(405, "MethodNotAllowed", "The requested resource does not support this method.");
    const who = authenticate(organization, sideName, request);
    if ("status" in who) return who;
    const session = "application" in who ? String(request.headers.authorization) : request.connection;
    const rights = rightsOf(side, session ?? who, who);
    if (rights.size === 0) return withoutRoles(who);
    const token = request.url.searchParams.get("$skiptoken");
    const invocation = token === null ? readInvocation(request.body) : readPage(token);
    if (!invocation) return failure(400, "BadRequest", "The request body isn't a valid CmdletInput.");
    const fault = organization.faults.take("admin", invocation.CmdletName, sideName);
    if (fault?.failure === "drop") return { drop: true };
    return onTheWay(failed(fault, sideName) ?? (await perform(request, who, rights, invocation)), fault);
  };

  async function perform(
    request: Request,
    who: Administrator,
    rights: Rights,
    invocation: Invocation,
  ): Promise<Answer> {
    const place = throttle(who);
    if ("retryAfter" in place) return busy(429, "TooManyRequests", place.retryAfter);
    const warnings: string[] = [];
    try {
      const cmdlet = cmdletOf(invocation.CmdletName, sideName);
      const held = cmdlet && rights.get(cmdlet.name)?.parameters;
      // What the session does not hold is forbidden, without a word about the reason.
      if (!cmdlet || !held) return failure(403, "Forbidden", "");
      const known = parametersOn(cmdlet, sideName, (name) => held.has(name));
      const call: Call = {
        organization,
        side,
        parameters: bind(cmdlet, known, invocation.Parameters),
        caller: nameOf(who),
        warn: (text) => warnings.push(text),
      };
      refuseOutOfScope(call, cmdlet, rights);
      const found = await cmdlet.run(call);
      // A write is on disk before it is answered.
      if (!cmdlet.name.startsWith("Get-")) await organization.flush();
      return page(request.url, invocation, found, warnings, preferredSize(request.headers["prefer"]));
    } catch (error) {
      if (error instanceof CmdletError) return refusal(error, warnings);
      throw error;
    } finally {
      place.leave();
    }
  }
}

/** The failure that somebody asked for, as this endpoint has it; undefined for what happens to the answer on its way. */
function failed(fault: RequestedFault | undefined, side: SideName): Answer | undefined {
  switch (fault?.failure) {
    case "expired":
      return unauthorized(side, "The token has expired.");
    case "throttle":
      return busy(429, "TooManyRequests", fault.retryAfter);
    case "unavailable":
      return busy(503, "ServiceUnavailable", fault.retryAfter);
    case "error":
      return failure(500, "InternalServerError", "An internal server error occurred. The operation failed.");
    default:
      return undefined;
  }
}

function page(url: URL, invocation: Invocation, found: Row[], warnings: string[], most: number): Answer {
  const from = invocation.offset ?? 0;
  const value = found.slice(from, from + most).map(annotated);
  const next = new URL(url);
  const { CmdletName, Parameters } = invocation;
  const rest = { CmdletName, Parameters, offset: from + most };
  next.searchParams.set("$skiptoken", Buffer.from(JSON.stringify(rest)).toString("base64url"));
  return {
    status: 200,
    body: {
      "@odata.context": `${url.origin}${url.pathname.replace(/InvokeCommand$/, "$metadata")}#Collection(Exchange.GenericHashTable)`,
      ...(from + most < found.length ? { "@odata.nextLink": String(next) } : {}),
      "adminapi.warnings@odata.type": "#Collection(String)",
      "@adminapi.warnings": warnings,
      value,
    },
  };
}

/** A row with the type annotations that OData puts beside collections and GUIDs. */
function annotated(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (Array.isArray(value))
        return [
          [`${name}@odata.type`, "#Collection(String)"],
          [name, value],
        ];
      if (/Guid$|ObjectId$/.test(name) && typeof value === "string") {
        return [
          [`${name}@data.type`, "System.Guid"],
          [`${name}@odata.type`, "#Guid"],
          [name, value],
        ];
      }
      return [[name, value]];
    }),
  );
}

function readInvocation(body: Buffer): Invocation | undefined {
  try {
    const { CmdletInput: input } = JSON.parse(body.toString("utf8")) as { CmdletInput?: Partial<Invocation> };
    if (typeof input?.CmdletName !== "string") return undefined;
    const parameters = input.Parameters ?? {};
    return typeof parameters === "object"
      ? { CmdletName: input.CmdletName, Parameters: parameters }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The next page carries its own question, so that it does not matter what the client posts with it. */
function readPage(token: string): Invocation | undefined {
  try {
    const rest = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Invocation;
    return rest.CmdletName.startsWith("Get-") && Number.isInteger(rest.offset) ? rest : undefined;
  } catch {
    return undefined;
  }
}

function preferredSize(prefer: string | string[] | undefined): number {
  const wanted = Number(/odata\.maxpagesize=(\d+)/i.exec(String(prefer ?? ""))?.[1] ?? pageSize);
  return Math.max(1, Math.min(wanted, pageSize));
}

/** Who asks, or the refusal. */
function authenticate(organization: Organization, side: SideName, request: Request): Administrator | Answer {
  const { authorization } = request.headers;
  // Servers of one's own take tokens too, of an application that an administrator has let in.
  if (side === "online" || /^Bearer /i.test(authorization ?? "")) {
    const claims = readToken(organization, /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]);
    if (claims === undefined) return unauthorized(side, "The access token is missing, invalid or expired.");
    const { appid: appId } = claims;
    if (claims["idtyp"] === "user") {
      const account = sideOf(organization, side).recipients.get(String(claims["oid"]));
      return account ? { account } : unauthorized(side, "The user of the access token is not known here.");
    }
    const application = organization.store.applications.find((each) => each.appId === appId);
    return application?.permissions.includes("Exchange.ManageAsApp")
      ? { application }
      : failure(403, "Forbidden", "The application lacks the permission Exchange.ManageAsApp.");
  }
  return (
    byPassword(sideOf(organization, side), request) ??
    unauthorized(side, "The user name or password is wrong.")
  );
}

function nameOf(who: Administrator): string {
  return "account" in who ? (who.account.userPrincipalName ?? who.account.alias) : who.application.appId;
}

function withoutRoles(who: Administrator): Answer {
  return failure(
    403,
    "Forbidden",
    "account" in who
      ? `The user '${nameOf(who)}' isn't assigned to any management roles.`
      : `The role assigned to application ${nameOf(who)} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
  );
}

function unauthorized(side: SideName, message: string): Answer {
  const scheme = side === "online" ? 'Bearer error="invalid_token"' : 'Basic realm="mail.contoso.com"';
  return { ...failure(401, "Unauthorized", message), headers: { "WWW-Authenticate": scheme } };
}

function busy(status: number, code: string, retryAfter: number | undefined): Answer {
  const reply = failure(
    status,
    code,
    "The server is too busy to handle the request. Please try again later.",
  );
  return retryAfter === undefined ? reply : { ...reply, headers: { "Retry-After": String(retryAfter) } };
}

/** The reason is in the details only: `Ex<number of the text>|<exception>|<text>`. */
function refusal(error: CmdletError, warnings: string[]): Answer {
  const missing = error.exception.endsWith("ManagementObjectNotFoundException");
  const generic = missing ? "Error executing cmdlet" : "Invalid Operation";
  return {
    status: missing ? 404 : 400,
    body: {
      error: {
        code: missing ? "NotFound" : "BadRequest",
        message: generic,
        details: [
          {
            code: "Client",
            target: "",
            message: `${missing ? "Ex6F9304" : ""}|${error.exception}|${error.message}`,
          },
        ],
        innererror: {
          message: generic,
          type: "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
          stacktrace: "",
        },
      },
      "@adminapi.warnings": warnings,
    },
  };
}

function failure(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
