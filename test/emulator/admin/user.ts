import type { Cmdlet } from "./cmdlet.ts";
import { objectOf, recipientOf } from "./identity.ts";
import { changeRecipient, given, noted, refuseTaken } from "./recipient-change.ts";
import { queryRecipients } from "./recipient.ts";
import { userRow } from "./recipient-row.ts";
import { refuseSynchronised } from "./synchronised.ts";

const accounts = ["UserMailbox", "SharedMailbox", "MailUser", "User"] as const;

export const user: Cmdlet[] = [
  {
    name: "Get-User",
    run: (call) => queryRecipients(call, accounts, userRow),
  },
  {
    name: "Set-User",
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], accounts);
      refuseSynchronised(call, "Set-User", recipient);
      const upn = given(call, "UserPrincipalName");
      if (upn !== undefined) refuseTaken(call.side, upn, recipient);
      const policy = given(call, "AuthenticationPolicy");
      const { UserPrincipalName: _, ...rest } = call.parameters;
      return noted(call, recipient, () => {
        changeRecipient(
          {
            ...call,
            parameters:
              policy === undefined
                ? rest
                : {
                    ...rest,
                    AuthenticationPolicy: objectOf(call.side, "AuthenticationPolicy", policy)["Name"],
                  },
          },
          "Set-User",
          recipient,
        );
        if (upn !== undefined && call.parameters["WhatIf"] !== true) recipient.userPrincipalName = upn;
      });
    },
  },
];
