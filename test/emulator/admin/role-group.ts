import { bothSides, type Cmdlet } from "./cmdlet.ts";
import { objectOf } from "./identity.ts";
import { getOnly, resultSize } from "./noun.ts";
import { mandatory, text } from "./parameter.ts";
import { recipientRow } from "./recipient-row.ts";

export const roleGroup: Cmdlet[] = [
  ...getOnly("RoleGroup", bothSides, resultSize).map((cmdlet): Cmdlet => ({
    ...cmdlet,
    // Members are kept by guid and shown by name.
    run: async (call) =>
      (await cmdlet.run(call)).map((row) => ({
        ...row,
        Members: members(row["Members"]).map((guid) => call.side.recipients.get(guid)?.name ?? guid),
      })),
  })),
  {
    name: "Get-RoleGroupMember",
    sides: bothSides,
    parameters: {
      ...mandatory({ Identity: text }),
      ...resultSize,
      DomainController: { ...text, side: "onPremises" },
    },
    run: (call) => {
      const group = objectOf(call.side, "RoleGroup", call.parameters["Identity"]);
      return members(group["Members"]).flatMap((guid) => {
        const member = call.side.recipients.get(guid);
        return member ? [recipientRow(call.side, member)] : [];
      });
    },
  },
];

function members(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
