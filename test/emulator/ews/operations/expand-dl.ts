import { itemOf, required, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { mailboxElement } from "../fields/recipients.ts";
import { recipientByAddress } from "../../store.ts";
import { child, element } from "../xml.ts";

/** ExpandDL: the direct members of a group; groups among them come back as groups. A hidden group has to be named by its address. */
export const expandDl: Operation = (call, request) =>
  responses("ExpandDL", [required(request, "m:Mailbox")], (mailbox) => {
    if (!call.side.mailboxes.has(call.acting.guid)) throw new EwsError("ErrorNameResolutionNoMailbox");
    const [id, address] = [child(mailbox, "t:ItemId"), child(mailbox, "t:EmailAddress")?.text.trim()];
    // An id is that of a private list, of which there are none.
    if (id) itemOf(call, id);
    else if (!address) throw new EwsError("ErrorMissingInformationEmailAddress");
    const group = recipientByAddress(call.side, address ?? "");
    if (!group?.members) throw new EwsError("ErrorNameResolutionNoResults");
    const members = group.members.flatMap((guid) => call.side.recipients.get(guid) ?? []);
    const entries = members.map(({ displayName, primarySmtpAddress }) =>
      mailboxElement(call.side, { name: displayName, address: primarySmtpAddress }),
    );
    return [
      element(
        "m:DLExpansion",
        { TotalItemsInView: entries.length, IncludesLastItemInRange: true },
        ...entries,
      ),
    ];
  });
