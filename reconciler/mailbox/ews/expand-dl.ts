import { at, element, textAt } from "./xml.ts";
import { onlyResponse } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";

/** A direct member of a group. */
export interface Member {
  /** Primary SMTP address. */
  address: string;
  isGroup: boolean;
}

/** Lists the direct members of a group; a hidden one is found by its address too. */
export const expandDl: Operation<string, Member[]> = {
  name: "ExpandDL",
  repeatable: true,
  request: (address) =>
    element("m:ExpandDL", {}, element("m:Mailbox", {}, element("t:EmailAddress", {}, address))),
  parse: (answer, about) => {
    const expansion = at(onlyResponse(answer, about), "DLExpansion");
    if (expansion?.attributes["IncludesLastItemInRange"] === "false") {
      throw new Fault("UNEXPECTED", `${about}: Exchange answered only a part of the members.`);
    }
    return (expansion?.children ?? []).map((member) => ({
      address: textAt(member, "EmailAddress") ?? "",
      isGroup: textAt(member, "MailboxType") === "PublicDL",
    }));
  },
};
