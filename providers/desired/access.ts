import type { Config } from "../../stacks/config/types.ts";
import { applicationRoles, type Use } from "../application-roles.ts";
import type { SideName } from "../exchange/port.ts";
import type { Props } from "../kind.ts";
import { item, type Desired } from "./resource.ts";

/** Who works in the mailboxes of each side, and what they may do there. `at`: milliseconds since 1970; `groups`: those that the stack makes. */
export function access(
  config: Config,
  stack: string,
  { at, groups }: { at: number; groups: readonly Desired[] },
): Desired[] {
  return [...accountAccess(config, stack), ...applicationAccess(config, stack, { at, groups })];
}

/** On the organization's own servers: an account that impersonates the senders. */
function accountAccess(config: Config, stack: string): Desired[] {
  const { environment, serviceAccount, impersonation } = config;
  const { upn } = serviceAccount;
  if (environment === "online" || upn === undefined) return [];
  const account = serviceAccount.create
    ? item(
        "service-account",
        "ServiceAccount",
        "onPremises",
        {
          Name: upn.slice(0, upn.indexOf("@")),
          UserPrincipalName: upn,
          DisplayName: "Sent Items Update service account",
        },
        [],
        { adopt: serviceAccount.adopt },
      )
    : item("service-account", "ExistingAccount", "onPremises", {
        UserPrincipalName: upn,
        Hybrid: environment === "hybrid",
      });
  const check = (grant: Desired): Desired =>
    item(
      "impersonation-check",
      "ImpersonationCheck",
      "onPremises",
      { User: upn, Granted: impersonation.manage === "full", ...trial(config, "onPremises") },
      [grant],
    );
  if (impersonation.manage === "verify") {
    const granted = item("impersonation-grant", "ImpersonationGranted", "onPremises", { User: upn }, [
      account,
    ]);
    return [account, granted, check(granted)];
  }
  const scope = senderScope("sender-scope", "onPremises", config, stack);
  const grant = item(
    "impersonation-grant",
    "ImpersonationGrant",
    "onPremises",
    {
      Name: `Sent Items Update impersonation (${stack})`,
      Role: "ApplicationImpersonation",
      User: upn,
      ...(scope && { CustomRecipientWriteScope: String(scope.inputs["Name"]) }),
    },
    [account, scope],
  );
  return [account, ...(scope ? [scope] : []), grant, check(grant)];
}

/** In Exchange Online: an application with a grant for each role that it needs. */
function applicationAccess(
  config: Config,
  stack: string,
  { at, groups }: { at: number; groups: readonly Desired[] },
): Desired[] {
  const { environment, serviceAccount, impersonation } = config;
  const { application, adopt } = serviceAccount;
  if (environment === "onPremises" || application === undefined) return [];
  const App = application.objectId ?? application.clientId;
  const Roles = applicationRoles(usesOf(config), at);
  const check = (grants: readonly Desired[]): Desired =>
    item(
      "application-check",
      "ApplicationCheck",
      "online",
      {
        App,
        Roles,
        Granted: impersonation.manage === "full",
        Scoped: impersonation.scope === "senders",
        ...trial(config, "online"),
      },
      grants,
    );
  if (impersonation.manage === "verify") return [check([])];
  const principal = item(
    "application",
    "ServicePrincipal",
    "online",
    { AppId: application.clientId, ObjectId: App, DisplayName: "Sent Items Update" },
    [],
    { adopt },
  );
  const customization = item("organization-customization", "OrganizationCustomization", "online", {});
  const scope = senderScope("application-scope", "online", config, stack, {
    after: [customization],
    groups: groups.filter(({ inputs }) => isSender(config, inputs["PrimarySmtpAddress"])),
  });
  const grants = Roles.map((Role) =>
    item(
      Role.includes("Advanced") ? "application-grant-advanced" : "application-grant",
      "ApplicationGrant",
      "online",
      {
        Name: `Sent Items Update ${Role.replace("Application ", "")} (${stack})`,
        Role,
        App,
        ...(scope && { CustomResourceScope: String(scope.inputs["Name"]) }),
      },
      [customization, principal, scope],
    ),
  );
  return [customization, principal, ...(scope ? [scope] : []), ...grants, check(grants)];
}

/** The mailboxes that a grant is limited to; nothing where it is not limited. `groups` of the senders are made first. */
function senderScope(
  name: string,
  side: SideName,
  config: Config,
  stack: string,
  { after = [], groups = [] }: { after?: readonly Desired[]; groups?: readonly Desired[] } = {},
): Desired | undefined {
  if (config.impersonation.scope === "organization") return undefined;
  const inputs = { Name: `Sent Items Update senders (${stack})`, ...reach(config, side, groups) };
  return item(name, "ManagementScope", side, inputs, [...after, ...groups]);
}

/** On whose mailbox of a side the right is tried. */
function trial(config: Config, side: SideName): Props {
  const { testMailbox } = config.impersonation;
  return {
    ...reach(config, side),
    ...(testMailbox !== undefined && { Mailbox: testMailbox }),
    Hybrid: config.environment === "hybrid",
  };
}

/**
 * Whose mailboxes the daemon works in on a side: those of the senders, and its intake. Of the groups that the stack makes, `groups`
 * stand for themselves; the list of any other one in the file stands for it, because it is not there (yet).
 */
function reach(config: Config, side: SideName, groups: readonly Desired[] = []): Props {
  const { senders, senderScopes, intake } = config;
  const addresses = intakeMailboxes(intake, side === "online" ? "graph" : "ews");
  const arriving = groups.map(({ inputs }) => String(inputs["PrimarySmtpAddress"]));
  const spelledOut = Object.values(senderScopes)
    .flatMap(({ managedGroup }) => managedGroup ?? [])
    .filter(({ address }) => isSender(config, address) && !arriving.includes(address));
  const members = spelledOut.flatMap((group) => group.members);
  return {
    Include: senders.include,
    Users: senders.users,
    Groups: senders.groups.filter((each) => !spelledOut.some(({ address }) => isSame(address, each))),
    ...(members.length > 0 && { Members: members }),
    ...(arriving.length > 0 && { Arriving: arriving }),
    ...(addresses.length > 0 && { Intake: addresses }),
  };
}

/** Whether an address is among the senders' groups. */
function isSender({ senders }: Config, address: unknown): boolean {
  return senders.groups.some((each) => isSame(each, address));
}

function isSame(one: string, other: unknown): boolean {
  return one.toLowerCase() === String(other).toLowerCase();
}

function usesOf({ intake }: Config): Use[] {
  return intakeMailboxes(intake, "graph").length > 0
    ? ["updateSentItems", "readIntake"]
    : ["updateSentItems"];
}

function intakeMailboxes(intake: Config["intake"], read: "graph" | "ews"): string[] {
  return [intake ?? []]
    .flat()
    .flatMap((way) => (way.via === "mailbox" && way.read === read ? [way.address] : []));
}
