import { LoginError, lacking } from "./refusal.ts";

/** What Exchange's endpoints take tokens for. */
export const exchangeAudiences: readonly string[] = [
  "https://outlook.office365.com",
  "https://outlook.office.com",
];
/** What the servers on-premises take them for besides: names that hybrid modern authentication registers for Exchange in the tenant. */
export const onPremisesAudiences: readonly string[] = [
  "https://mail.contoso.com",
  "https://autodiscover.contoso.com",
];
/** Every resource of the tenant that tokens are issued for, by its addresses and its application id. */
const resources = new Map([
  ...[...exchangeAudiences, ...onPremisesAudiences, "https://graph.microsoft.com"].map(
    (each) => [each, each] as const,
  ),
  ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"],
  ["00000002-0000-0ff1-ce00-000000000000", "https://outlook.office365.com"],
]);
/** Clients add these to what they want; tokens of applications have none of it. */
const ofOpenId = ["openid", "profile", "email", "offline_access"];
const suffix = "/.default";

/** What a token is wanted for: of version 2 the one `scope`, of version 1 the `resource`. @throws LoginError invalid_scope | invalid_resource | invalid_request */
export function audienceOf(form: URLSearchParams, version: 1 | 2): string {
  return version === 1 ? known(form.get("resource") ?? "", "resource") : ofScope(form.get("scope") ?? "");
}

function ofScope(text: string): string {
  if (text.trim() === "") throw lacking("scope");
  const named = text.trim().split(/\s+/);
  const [scope = named[0] ?? "", ...more] = named.filter((each) => !ofOpenId.includes(each));
  if (more.length > 0)
    throw new LoginError(
      400,
      "invalid_scope",
      `AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope ${text} is not valid.`,
    );
  if (!scope.endsWith(suffix))
    throw new LoginError(
      400,
      "invalid_scope",
      `AADSTS1002012: The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  return known(scope.slice(0, -suffix.length), "scope");
}

/** Entra takes the address of a resource with or without a slash at its end. */
function known(resource: string, parameter: string): string {
  if (resource === "") throw lacking(parameter);
  const found = resources.get(resource.replace(/\/$/, "").toLowerCase());
  if (found !== undefined) return found;
  throw new LoginError(
    400,
    "invalid_resource",
    `AADSTS500011: The resource principal named ${resource} was not found in the tenant named Contoso. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
}
