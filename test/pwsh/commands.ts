import { secret, type Certificate, type Secret } from "./dotnet.ts";
import type { Commands, Invocation } from "./running.ts";
import {
  notFound,
  openServer,
  openTenant,
  tokenByCertificate,
  tokenByIdentity,
  type Session,
} from "./exchange.ts";
import { note } from "./note.ts";
import { thing, toJson, toText, type Thing, type Value } from "./value.ts";

const common = ["erroraction", "warningaction", "errorvariable", "warningvariable"];

/** Parameters without a value, of the commands that are not Exchange's. */
export const switches = (command: string): readonly string[] => flags[command] ?? [];
const flags: Record<string, readonly string[]> = {
  "convertto-securestring": ["asplaintext", "force"],
  "convertto-json": ["compress"],
  "import-module": ["global", "disablenamechecking"],
  "import-pssession": ["disablenamechecking", "allowclobber"],
  "new-pssession": ["allowredirection"],
};

/** Runs commands: those of PowerShell and of the Exchange Online module that the product needs, and Exchange's in whatever session is open. */
export function createCommands(): Commands {
  let session: Session | undefined;
  return async (invocation, warn) => {
    const { name } = invocation;
    switch (name.toLowerCase()) {
      case "convertto-securestring":
        return [secret(toText(parameter(invocation, "String")))];
      case "convertto-json":
        return [JSON.stringify(toJson(parameter(invocation, "InputObject")))];
      case "new-pssession": {
        const { username, password } = credentialOf(parameter(invocation, "Credential"));
        const opened = await openServer(toText(parameter(invocation, "ConnectionUri")), username, password);
        return [
          { ...thing("System.Management.Automation.Runspaces.PSSession", {}), session: opened } as Thing,
        ];
      }
      case "import-pssession": {
        const [opened] = invocation.others;
        session = (opened as Thing & { session: Session }).session;
        return [thing("System.Management.Automation.PSModuleInfo", {})];
      }
      case "import-module":
        return [];
      case "remove-pssession":
      case "disconnect-exchangeonline":
        note("closed");
        session = undefined;
        return [];
      case "connect-exchangeonline":
        session = await connect(invocation);
        return [];
      default:
        if (!session) throw notFound(name);
        return session.invoke(name, parametersOf(invocation), warn);
    }
  };
}

async function connect(invocation: Invocation): Promise<Session> {
  const uri = toText(parameter(invocation, "ConnectionUri"));
  const token = invocation.named.get("accesstoken")?.value;
  if (token !== undefined) return openTenant(uri, toText(token));
  if (invocation.named.get("managedidentity")?.value === true) {
    const account = invocation.named.get("managedidentityaccountid")?.value;
    return openTenant(uri, await tokenByIdentity(account === undefined ? undefined : toText(account)));
  }
  const { pem } = parameter(invocation, "Certificate") as Certificate;
  const authority = toText(parameter(invocation, "AzureADAuthorizationEndpointUri"));
  const [tenant, application] = ["Organization", "AppId"].map((name) => toText(parameter(invocation, name)));
  return openTenant(uri, await tokenByCertificate(authority, tenant ?? "", application ?? "", pem));
}

function credentialOf(value: Value): { username: string; password: string } {
  const { members, secret: password } = value as Secret;
  return { username: toText(members.get("username") as Value), password };
}

function parameter({ name, named }: Invocation, wanted: string): Value {
  const found = named.get(wanted.toLowerCase());
  if (!found) throw new Error(`${name} needs -${wanted} here.`);
  return found.value;
}

/** As the endpoint takes them: what is common to all cmdlets stays here. */
function parametersOf({ named }: Invocation): Record<string, unknown> {
  return Object.fromEntries(
    [...named]
      .filter(([key]) => !common.includes(key))
      .map(([, { name, value }]) => [name, isSecret(value) ? value.secret : value]),
  );
}

function isSecret(value: Value): value is Secret {
  return value !== null && typeof value === "object" && "secret" in value;
}
