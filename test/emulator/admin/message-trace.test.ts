import { afterEach, beforeEach, expect, test } from "vitest";
import { sideOf, type Row, type SideName } from "../store.ts";
import { startSessions, type Sessions } from "./sessions.ts";

const at = Date.UTC(2026, 10, 22, 12);
let sessions: Sessions;
beforeEach(async () => {
  sessions = await startSessions({ now: () => at });
});
afterEach(() => sessions.close());

function happened(side: SideName, messageId: string, recipient: string, ...events: string[]): void {
  for (const [index, event] of events.entries()) {
    const time = at - 60_000 + index;
    sideOf(sessions.world.organization, side).trace.push({
      at: time,
      messageId,
      sender: "anna.weber@contoso.com",
      recipient,
      event,
      detail: `${event} of ${recipient}`,
    });
  }
}

test("the trace tells what became of a message for each recipient, and its detail every hop", async () => {
  happened(
    "online",
    "<1@contoso.com>",
    "a@partner.example",
    "Receive",
    "Transport rule",
    "Send external",
    "Receive",
    "Send external",
  );
  happened("online", "<1@contoso.com>", "b@partner.example", "Receive", "Fail");
  happened("online", "<2@contoso.com>", "a@partner.example", "Receive");
  const status = async (parameters: Row): Promise<unknown[]> => {
    const found = await sessions.online.must("Get-MessageTraceV2", parameters);
    return found.map((row) => `${String(row["RecipientAddress"])} ${String(row["Status"])}`).toSorted();
  };
  expect(await status({ MessageId: "<1@contoso.com>" })).toEqual([
    "a@partner.example Delivered",
    "b@partner.example Failed",
  ]);
  expect(await status({ MessageId: ["1@contoso.com"], Status: "Failed" })).toEqual([
    "b@partner.example Failed",
  ]);
  expect(await status({ RecipientAddress: "A@partner.example" })).toEqual([
    "a@partner.example Delivered",
    "a@partner.example GettingStatus",
  ]);
  expect(await status({ EndDate: new Date(at - 120_000).toISOString() })).toEqual([]);
  const [row] = await sessions.online.must("Get-MessageTraceV2", {
    MessageId: "<1@contoso.com>",
    Status: "Delivered",
  });
  const details = await sessions.online.must("Get-MessageTraceDetailV2", {
    MessageTraceId: row?.["MessageTraceId"],
    RecipientAddress: "a@partner.example",
  });
  expect(details.map((each) => each["Event"])).toEqual([
    "Receive",
    "Transport rule",
    "Send external",
    "Receive",
    "Send external",
  ]);
});

test("the trace is searched by subject, as it was when the message came", async () => {
  const { organization, mail } = sessions.world;
  for (const subject of ["Angebot für Müller", "Re: Angebot"]) {
    const mime = Buffer.from(
      `Message-ID: <${subject.length}@x>\r\nSubject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=\r\n\r\nHi`,
    );
    mail.submit("online", { from: "anna.weber@contoso.com", to: ["uma.patel@contoso.com"] }, mime, "test");
  }
  await mail.idle();
  const found = async (parameters: Row): Promise<unknown[]> =>
    (await sessions.online.must("Get-MessageTraceV2", parameters)).map((row) => row["Subject"]);
  expect(await found({ Subject: "müller" })).toEqual(["Angebot für Müller"]);
  expect(await found({ Subject: "angebot" })).toHaveLength(2);
  expect(await found({ Subject: "Angebot", SubjectFilterType: "StartsWith" })).toEqual([
    "Angebot für Müller",
  ]);
  expect(await found({ Subject: "Angebot", SubjectFilterType: "EndsWith" })).toEqual(["Re: Angebot"]);
  const odd = await sessions.online.run("Get-MessageTraceV2", { Subject: "a", SubjectFilterType: "Like" });
  expect(odd.status).toBe(400);
  expect(sideOf(organization, "online").trace.length).toBeGreaterThan(0);
});

test("the trace comes in pages, the next from the last row's time and the address after it", async () => {
  for (const [index, name] of ["c", "a", "b"].entries())
    happened("online", `<${index}@contoso.com>`, `${name}@partner.example`, "Receive");
  const page = async (parameters: Row): Promise<unknown[]> =>
    (await sessions.online.must("Get-MessageTraceV2", parameters)).map((row) => row["RecipientAddress"]);
  expect(await page({ ResultSize: 2 })).toEqual(["a@partner.example", "b@partner.example"]);
  const EndDate = new Date(at - 60_000).toISOString();
  expect(await page({ EndDate, StartingRecipientAddress: "c@partner.example" })).toEqual([
    "c@partner.example",
  ]);
  expect(await page({ EndDate, StartingRecipientAddress: "d@partner.example" })).toEqual([]);
});

test("the tracking log is the on-premises side's", async () => {
  happened("onPremises", "<1@contoso.com>", "a@partner.example", "Receive", "Send external");
  const found = await sessions.onPremises.must("Get-MessageTrackingLog", {
    MessageId: "<1@contoso.com>",
    EventId: "sendexternal",
  });
  expect(found).toEqual([expect.objectContaining({ Recipients: ["a@partner.example"], Source: "SMTP" })]);
  expect((await sessions.online.run("Get-MessageTrackingLog")).status).toBe(403);
});
