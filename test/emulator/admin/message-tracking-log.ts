import type { Cmdlet } from "./cmdlet.ts";
import { bare } from "./message-trace.ts";
import { date, each } from "./parameter.ts";
import { firstOf } from "./result-size.ts";
import { same, texts } from "./values.ts";

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
    types: each("Start End", date),
    run: (call) => {
      const {
        Start: start,
        End: end,
        EventId: id,
        MessageId: message,
        MessageSubject: subject,
      } = call.parameters;
      const { Sender: sender, Recipients: recipients } = call.parameters;
      const wanted = texts(recipients).map(bare);
      const found = call.side.trace
        .filter(
          ({ at }) =>
            (typeof start !== "string" || at >= Date.parse(start)) &&
            (typeof end !== "string" || at <= Date.parse(end)),
        )
        .filter((event) => message === undefined || bare(event.messageId) === bare(message))
        .filter((event) => sender === undefined || same(event.sender, sender))
        .filter(
          (event) =>
            subject === undefined ||
            (event.subject ?? "").toLowerCase().includes(String(subject).toLowerCase()),
        )
        .filter((event) => wanted.length === 0 || wanted.includes(bare(event.recipient)))
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
        .filter((row) => id === undefined || same(row.EventId, id));
      return firstOf(call, found);
    },
  },
];
