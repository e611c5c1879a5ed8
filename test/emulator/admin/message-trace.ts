import { createHash } from "node:crypto";
import type { TraceEvent } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { badArgument } from "./fault.ts";
import { date, each } from "./parameter.ts";

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
    types: each("StartDate EndDate", date),
    run: (call) => {
      const { MessageTraceId: trace, ResultSize: most, Subject: subject } = call.parameters;
      const lists = ["MessageId", "RecipientAddress", "SenderAddress", "Status"] as const;
      const [since, until] = span(call);
      const found = [
        ...Map.groupBy(
          call.side.trace,
          (event) => `${traceId(event)} ${event.recipient.toLowerCase()}`,
        ).values(),
      ]
        .map(summary)
        .filter((row) => since <= Date.parse(row.Received) && Date.parse(row.Received) <= until)
        .filter((row) => trace === undefined || row.MessageTraceId === trace)
        .filter((row) => lists.every((name) => holds(call.parameters[name], row[name])))
        .filter((row) =>
          (["FromIP", "ToIP"] as const).every((name) => holds(call.parameters[name] ?? [], row[name])),
        )
        .filter((row) => subject === undefined || fits(call, row.Subject))
        .toSorted(newestFirst);
      return found.slice(pageBegin(call, found)).slice(0, typeof most === "number" ? most : 1000);
    },
  },
  {
    name: "Get-MessageTraceDetailV2",
    types: each("StartDate EndDate", date),
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

/** The time that is asked about, the last two days unless told: from, to. */
function span({ organization, parameters }: Call): [number, number] {
  const { StartDate: start, EndDate: end } = parameters;
  const until = typeof end === "string" ? Date.parse(end) : organization.now();
  return [typeof start === "string" ? Date.parse(start) : until - twoDays, until];
}

function within(call: Call): TraceEvent[] {
  const [since, until] = span(call);
  return call.side.trace.filter(({ at }) => at >= since && at <= until);
}

type Summary = ReturnType<typeof summary>;

function newestFirst(one: Summary, other: Summary): number {
  return (
    Date.parse(other.Received) - Date.parse(one.Received) ||
    one.RecipientAddress.localeCompare(other.RecipientAddress)
  );
}

/** The next page begins with StartingRecipientAddress among the rows of EndDate, which are those that the last one ended with. */
function pageBegin(call: Call, found: readonly Summary[]): number {
  const starting = call.parameters["StartingRecipientAddress"];
  if (typeof starting !== "string") return 0;
  const [, until] = span(call);
  const next = found.findIndex(
    (row) => Date.parse(row.Received) < until || row.RecipientAddress.localeCompare(starting) >= 0,
  );
  return next < 0 ? found.length : next;
}

/** Whether a subject is one that is asked for: it contains the text, unless SubjectFilterType says otherwise. */
function fits({ parameters }: Call, subject: string): boolean {
  const [text, wanted] = [subject.toLowerCase(), String(parameters["Subject"]).toLowerCase()];
  switch (String(parameters["SubjectFilterType"] ?? "Contains").toLowerCase()) {
    case "contains":
      return text.includes(wanted);
    case "startswith":
      return text.startsWith(wanted);
    case "endswith":
      return text.endsWith(wanted);
    default:
      throw badArgument("SubjectFilterType is one of Contains, StartsWith and EndsWith.");
  }
}

/** What happened to a message for one recipient, told by its last decisive event. */
function summary(events: TraceEvent[]) {
  const [first] = events;
  const last = events.findLast(({ event }) => statuses[event] !== undefined);
  return {
    MessageTraceId: first ? traceId(first) : "",
    MessageId: first?.messageId ?? "",
    Subject: first?.subject ?? "",
    Received: new Date(first?.at ?? 0).toISOString(),
    SenderAddress: first?.sender ?? "",
    RecipientAddress: first?.recipient ?? "",
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
  const any = [wanted ?? []].flat();
  return any.length === 0 || any.some((each) => bare(each) === bare(value));
}

/** Texts compare without letter case, and a Message-ID with or without its angle brackets. */
export function bare(text: unknown): string {
  return String(text).replaceAll(/^<|>$/g, "").toLowerCase();
}
