import type { Call, Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { objectOf } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";

const standard = "Default MRM Policy";

const tags = cmdletsOf({
  noun: "RetentionPolicyTag",
  unstored: ["Mailbox", "SystemTag"],
  defaults: {
    Type: "All",
    RetentionEnabled: true,
    RetentionAction: "PermanentlyDelete",
    AgeLimitForRetention: null,
    Comment: "",
    SystemTag: false,
    RetentionId: null,
  },
  builtIn: () => [
    {
      Name: "Default 2 year move to archive",
      RetentionAction: "MoveToArchive",
      AgeLimitForRetention: "730.00:00:00",
    },
    {
      Name: "1 Week Delete",
      Type: "Personal",
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: "7.00:00:00",
    },
    {
      Name: "1 Month Delete",
      Type: "Personal",
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: "30.00:00:00",
    },
    {
      Name: "Never Delete",
      Type: "Personal",
      RetentionAction: "DeleteAndAllowRecovery",
      RetentionEnabled: false,
    },
  ],
  settle: (_call, next) => {
    if (next["RetentionEnabled"] === true && next["AgeLimitForRetention"] === null)
      throw invalid("The AgeLimitForRetention parameter must be set when RetentionEnabled is set to $true.");
  },
  // Get filters by type alone; the other parameters concern mailboxes and system tags, of which there are none.
  select: (call, found) => {
    const types = call.parameters["Types"];
    return Array.isArray(types) && types.length > 0
      ? found.filter((row) => types.includes(row["Type"]))
      : found;
  },
});

const policies = cmdletsOf({
  noun: "RetentionPolicy",
  unstored: ["IsDefault", "IsDefaultArbitrationMailbox"],
  defaults: { RetentionPolicyTagLinks: [], IsDefault: false, RetentionId: null },
  builtIn: () => [
    {
      Name: standard,
      IsDefault: true,
      RetentionPolicyTagLinks: [
        "1 Month Delete",
        "1 Week Delete",
        "Default 2 year move to archive",
        "Never Delete",
      ],
    },
    { Name: "ArbitrationMailbox", RetentionPolicyTagLinks: [] },
  ],
  settle: (call, next) => {
    const links = next["RetentionPolicyTagLinks"];
    if (Array.isArray(links) && links.length > 0) {
      next["RetentionPolicyTagLinks"] = links
        .map((each) => String(objectOf(call.side, "RetentionPolicyTag", each)["Name"]))
        .toSorted();
    }
  },
  beforeRemove: (call, row) => {
    const user = [...call.side.recipients.values()].find(
      ({ other }) => other["RetentionPolicy"] === row["Name"],
    );
    if (user)
      throw invalid(
        `The retention policy '${String(row["Name"])}' can't be removed because it's assigned to '${user.name}'.`,
      );
  },
});

export const retentionPolicy: Cmdlet[] = [...policies, ...tags];

/** The name of the retention policy that an Identity names. @throws CmdletError when there is none */
export function retentionPolicyNamed(call: Call, identity: unknown): string {
  return String(objectOf(call.side, "RetentionPolicy", identity)["Name"]);
}
