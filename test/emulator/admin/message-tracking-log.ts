import type { Cmdlet } from "./cmdlet.ts";
import { date, each, list, size, text } from "./parameter.ts";

const ids: Record<string, string> = {
  Receive: "RECEIVE",
  "Transport rule": "AGENTINFO",
  "Send external": "SENDEXTERNAL",
  Deliver: "DELIVER",
  Duplicate: "DUPLICATEDELIVER",
  Journal: "AGENTINFO",
  Fail: "FAIL",
  Expand: "EXPAND",
  Drop: "DROP",
  Defer: "DEFER",
};

const sources: Record<string, string> = {
  Deliver: "STOREDRIVER",
  Duplicate: "STOREDRIVER",
  "Transport rule": "AGENT",
  Journal: "AGENT",
};

export const messageTrackingLog: Cmdlet[] = [
  {
    name: "Get-MessageTrackingLog",
    sides: ["onPremises"],
    parameters: {
      ...each("Start End", date),
      ...each("EventId MessageId Sender Server DomainController", text),
      Recipients: list,
      ResultSize: size,
    },
    run: ({ side, parameters }) => {
      const {
        Start: start,
        End: end,
        EventId: id,
        MessageId: message,
        MessageSubject: subject,
        Sender: sender,
        Recipients: recipients,
        ResultSize: most,
      } = parameters;
      const wanted = Array.isArray(recipients) ? recipients.map((each) => String(each).toLowerCase()) : [];
      return side.trace
        .filter(
          ({ at }) =>
            (typeof start !== "string" || at >= Date.parse(start)) &&
            (typeof end !== "string" || at <= Date.parse(end)),
        )
        .filter((event) => message === undefined || bare(event.messageId) === bare(String(message)))
        .filter(
          (event) => sender === undefined || event.sender.toLowerCase() === String(sender).toLowerCase(),
        )
        .filter(
          (event) =>
            subject === undefined ||
            (event.subject ?? "").toLowerCase().includes(String(subject).toLowerCase()),
        )
        .filter((event) => wanted.length === 0 || wanted.includes(event.recipient.toLowerCase()))
        .map((event) => ({
          Timestamp: new Date(event.at).toISOString(),
          EventId: ids[event.event] ?? event.event.toUpperCase(),
          Source: sources[event.event] ?? "SMTP",
          Sender: event.sender,
          Recipients: [event.recipient],
          MessageId: event.messageId,
          MessageSubject: event.subject ?? "",
          SourceContext: event.detail,
          ServerHostname: "EX01",
        }))
        .filter((row) => id === undefined || row.EventId === String(id).toUpperCase())
        .slice(0, typeof most === "number" ? most : most === "Unlimited" ? undefined : 1000);
    },
  },
];

/** A Message-ID with or without its angle brackets. */
function bare(messageId: string): string {
  return messageId.replaceAll(/^<|>$/g, "");
}
