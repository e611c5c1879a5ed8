import { createHash } from "node:crypto";
import type { Row, TraceEvent } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { badArgument } from "./fault.ts";
import { date, each, guid, list, mandatory, number, text } from "./parameter.ts";

const statuses: Record<string, string> = {
  Deliver: "Delivered",
  "Send external": "Delivered",
  Fail: "Failed",
  Expand: "Expanded",
  Defer: "Pending",
};
const twoDays = 172_800_000;

export const messageTrace: Cmdlet[] = [
  {
    name: "Get-MessageTraceV2",
    sides: ["online"],
    parameters: {
      ...each("StartDate EndDate", date),
      ...each("MessageId RecipientAddress SenderAddress Status", list),
      MessageTraceId: guid,
      ResultSize: number,
    },
    run: (call) => {
      const { MessageTraceId: trace, ResultSize: most } = call.parameters;
      if (
        call.parameters["Subject"] !== undefined ||
        call.parameters["StartingRecipientAddress"] !== undefined
      )
        throw badArgument(
          "This organization's message trace keeps no subjects, and answers without a second page.",
        );
      const lists = ["MessageId", "RecipientAddress", "SenderAddress", "Status"] as const;
      const found = [
        ...Map.groupBy(
          within(call),
          (event) => `${traceId(event)} ${event.recipient.toLowerCase()}`,
        ).values(),
      ]
        .map(summary)
        .filter((row) => trace === undefined || row["MessageTraceId"] === trace)
        .filter((row) => lists.every((name) => holds(call.parameters[name], row[name])))
        .filter((row) =>
          ["FromIP", "ToIP"].every((name) => [undefined, row[name]].includes(call.parameters[name])),
        );
      return found.toReversed().slice(0, typeof most === "number" ? most : 1000);
    },
  },
  {
    name: "Get-MessageTraceDetailV2",
    sides: ["online"],
    parameters: {
      ...mandatory({ MessageTraceId: guid, RecipientAddress: text }),
      ...each("StartDate EndDate", date),
      ...each("Action Event", list),
      ...each("MessageId SenderAddress", text),
    },
    run: (call) => {
      const { MessageTraceId: trace, RecipientAddress: recipient, Event: events } = call.parameters;
      return within(call)
        .filter(
          (event) =>
            traceId(event) === trace && event.recipient.toLowerCase() === String(recipient).toLowerCase(),
        )
        .filter((event) => holds(events, event.event))
        .map((event) => ({
          MessageId: event.messageId,
          MessageTraceId: trace,
          Date: new Date(event.at).toISOString(),
          Event: event.event,
          Action: "",
          Detail: event.detail,
          Data: "",
        }));
    },
  },
];

function within(call: Call): TraceEvent[] {
  const { StartDate: start, EndDate: end } = call.parameters;
  const until = typeof end === "string" ? Date.parse(end) : call.organization.now();
  const since = typeof start === "string" ? Date.parse(start) : until - twoDays;
  return call.side.trace.filter(({ at }) => at >= since && at <= until);
}

/** What happened to a message for one recipient, told by its last decisive event. */
function summary(events: TraceEvent[]): Row {
  const [first] = events;
  const last = events.findLast(({ event }) => statuses[event] !== undefined);
  return {
    MessageTraceId: first ? traceId(first) : "",
    MessageId: first?.messageId,
    Received: new Date(first?.at ?? 0).toISOString(),
    SenderAddress: first?.sender,
    RecipientAddress: first?.recipient,
    Status: statuses[last?.event ?? ""] ?? "GettingStatus",
    FromIP: "127.0.0.1",
    ToIP: "127.0.0.1",
  };
}

/** One id per message, the same for all its recipients. */
function traceId(event: TraceEvent): string {
  const digest = createHash("sha256").update(event.messageId).digest("hex");
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function holds(wanted: unknown, value: unknown): boolean {
  if (!Array.isArray(wanted) || wanted.length === 0) return true;
  return wanted.some((each) => bare(each) === bare(value));
}

/** Texts compare without letter case, and a Message-ID with or without its angle brackets. */
function bare(text: unknown): string {
  return String(text).replaceAll(/^<|>$/g, "").toLowerCase();
}
