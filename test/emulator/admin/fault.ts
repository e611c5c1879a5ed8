import type { Side } from "../store.ts";

/** A cmdlet's refusal: the .NET exception's full name and Exchange's text. */
export class CmdletError extends Error {
  readonly exception: string;
  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

const tasks = "Microsoft.Exchange.Configuration.Tasks";

function domainController(side: Side): string {
  return side.name === "online" ? "AM0PR05A01DC001.EURPR05A001.PROD.OUTLOOK.COM" : "DC01.contoso.com";
}

/** The object that an Identity names does not exist. */
export function notFound(side: Side, identity: unknown): CmdletError {
  return new CmdletError(
    `${tasks}.ManagementObjectNotFoundException`,
    `The operation couldn't be performed because object '${String(identity)}' couldn't be found on '${domainController(side)}'.`,
  );
}

/** More than one object answers to an Identity. */
export function ambiguous(identity: unknown): CmdletError {
  return new CmdletError(
    `${tasks}.ManagementObjectAmbiguousException`,
    `The operation couldn't be performed because '${String(identity)}' matches multiple entries.`,
  );
}

/** An object of that name is already there. */
export function alreadyExists(side: Side, distinguishedName: string): CmdletError {
  return new CmdletError(
    "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
    `Active Directory operation failed on ${domainController(side)}. The object '${distinguishedName}' already exists.`,
  );
}

/** The parameters contradict each other or the state. */
export function invalid(message: string): CmdletError {
  return new CmdletError(`${tasks}.TaskInvalidOperationException`, message);
}

/** A value that cannot be understood. */
export function badArgument(message: string): CmdletError {
  return new CmdletError("System.ArgumentException", message);
}

/** The call does not fit the cmdlet's parameters. */
export function binding(message: string): CmdletError {
  return new CmdletError("System.Management.Automation.ParameterBindingException", message);
}
