import { anywhere, element, textAt } from "./xml.ts";
import { onlyResponse } from "./soap.ts";
import type { Operation } from "./operation.ts";

/** Minutes that one connection stays open; 30 at most. */
const minutes = 29;

/** What one piece of the stream says. */
export interface News {
  /** Something came into the Inbox, rather than a sign of life. */
  arrived: boolean;
  /** The server ends the connection; another one has to be opened. */
  closed: boolean;
}

/** Holds a connection open over which the server tells what comes in: many answers to one request. */
export const getStreamingEvents: Operation<string, News> = {
  name: "GetStreamingEvents",
  repeatable: false,
  request: (subscription) =>
    element(
      "m:GetStreamingEvents",
      {},
      element("m:SubscriptionIds", {}, element("t:SubscriptionId", {}, subscription)),
      element("m:ConnectionTimeout", {}, String(minutes)),
    ),
  parse: (answer, about) => {
    const response = onlyResponse(answer, about);
    return {
      arrived: anywhere(response, "Notification") !== undefined,
      closed: textAt(response, "ConnectionStatus") === "Closed",
    };
  },
};
