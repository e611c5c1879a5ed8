import { bothSides, type Cmdlet } from "./cmdlet.ts";
import { recipientOf } from "./identity.ts";
import { resultSize } from "./noun.ts";
import { mandatory, text } from "./parameter.ts";
import { queryRecipients, recipientQuery } from "./recipient.ts";
import { groupRow, recipientRow } from "./recipient-row.ts";

const groups = ["MailUniversalDistributionGroup"] as const;

export const distributionGroup: Cmdlet[] = [
  {
    name: "Get-DistributionGroup",
    sides: bothSides,
    parameters: recipientQuery,
    run: (call) => queryRecipients(call, groups, groupRow),
  },
  {
    name: "Get-DistributionGroupMember",
    sides: bothSides,
    parameters: {
      ...mandatory({ Identity: text }),
      ...resultSize,
      DomainController: { ...text, side: "onPremises" },
    },
    run: (call) => {
      const most = call.parameters["ResultSize"];
      const members = recipientOf(call.side, call.parameters["Identity"], groups).members ?? [];
      return members.slice(0, typeof most === "number" ? most : undefined).flatMap((guid) => {
        const member = call.side.recipients.get(guid);
        return member ? [recipientRow(call.side, member)] : [];
      });
    },
  },
];
