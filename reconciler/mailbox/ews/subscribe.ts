import { element, textAt } from "./xml.ts";
import { onlyResponse } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";

/** Asks to be told of new mail in the Inbox; answers the subscription's id, for streaming. */
export const subscribe: Operation<undefined, string> = {
  name: "Subscribe",
  repeatable: true,
  request: () =>
    element(
      "m:Subscribe",
      {},
      element(
        "m:StreamingSubscriptionRequest",
        {},
        element("t:FolderIds", {}, element("t:DistinguishedFolderId", { Id: "inbox" })),
        element(
          "t:EventTypes",
          {},
          ...["NewMailEvent", "CreatedEvent", "MovedEvent"].map((type) => element("t:EventType", {}, type)),
        ),
      ),
    ),
  parse: (answer, about) => {
    const id = textAt(onlyResponse(answer, about), "SubscriptionId");
    if (id === undefined) throw new Fault("UNEXPECTED", `${about}: Exchange answered no subscription.`);
    return id;
  },
};
