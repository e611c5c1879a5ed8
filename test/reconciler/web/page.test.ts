import { expect, test } from "vitest";
import type { AuditEntry } from "../../../reconciler/queue/port.ts";
import type { Figures, Overview } from "../../../reconciler/web/overview.ts";
import { signInPage, statusPage } from "../../../reconciler/web/page.ts";
import { settings } from "../message.ts";

const now = Date.UTC(2026, 10, 25, 12);
const figures: Figures = {
  settings: {
    version: 3,
    settings: settings({ senders: { include: "only", users: ["anna@contoso.com"], groups: [] } }),
  },
  backlog: { due: 1, later: 2, inHand: 3, oldest: 90_000 },
  ends: [{ outcome: "failed", reason: "not-found", count: 4 }],
  pace: [{ at: now - 60_000, updated: 20, median: 1000, slow: 2000 }],
  since: now - 3_600_000,
  failures: [],
  found: undefined,
  doctor: undefined,
  probe: undefined,
};
const failure: AuditEntry = {
  key: "5b1c9a9e-9f6f-8d55-8a0a-3f2f1a1b2c3d",
  change: 1,
  messageId: "<m1@contoso.com>",
  senders: ["<script>alert(1)</script>@contoso.com"],
  arrived: now - 1000,
  attempts: 7,
  outcome: "failed",
  reason: "not-found",
  mailboxes: [],
  items: 0,
  text: "No sent copy appeared before the deadline.",
  history: [],
};
const show = (change: Partial<Overview> = {}, said?: string) =>
  flat(statusPage({ now, problems: [], figures, ...change }, { csrf: "secret-of-the-form", said }));
/** Markup without the spaces that mean nothing. */
const flat = (page: string) =>
  page
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?\/?> ?/g, ">")
    .replaceAll(/ </g, "<");
const banner = (page: string) => /<p class="banner (\w+)">([^<]*)/.exec(page)?.slice(1);

test("its first line says whether sent items are being updated", () => {
  expect(banner(show())).toEqual(["ok", "Sent items are being updated."]);
  expect(banner(show({ problems: ["Wrong password."] }))).toEqual([
    "error",
    "Sent items are not being updated.",
  ]);
  expect(show({ problems: ["Wrong password."] })).toContain("<li>Wrong password.</li>");
  const off = { ...figures, settings: { version: 3, settings: settings({ status: "off" }) } };
  expect(banner(show({ figures: off }))?.[0]).toBe("off");
  expect(
    banner(show({ figures: { ...figures, settings: undefined }, problems: ["There are no settings yet."] })),
  ).toEqual(["off", "Nothing is set up yet: there are no settings."]);
  expect(banner(show({ figures: undefined, problems: ["No database."] }))?.[0]).toBe("error");
});

test("shows settings, queue, pace and outcomes", () => {
  const page = show();
  for (const shown of [
    "only anna@contoso.com",
    "version 3",
    "<dt>Due now</dt><dd>1</dd>",
    "<dt>Oldest</dt><dd>2 min</dd>",
    "2.0 a minute in the last ten",
    '<td>not-found</td><td class="number">4</td>',
  ])
    expect(page).toContain(shown);
});

test("a failure has its reason and a button whose form carries the session's secret; mail's own text stays text", () => {
  const page = show({ figures: { ...figures, failures: [failure] } }, "The message is taken up again.");
  expect(page).toContain(
    `action="/messages/${failure.key}/retry"><input type="hidden" name="csrf" value="secret-of-the-form">`,
  );
  expect(page).toContain("No sent copy appeared before the deadline. (7 attempts)");
  expect(page).toContain("The message is taken up again.");
  expect(page).not.toContain("<script>alert");
  const updated = { ...failure, outcome: "updated" as const };
  expect(show({ figures: { ...figures, found: { text: "m1", rows: [updated] } } })).not.toContain("/retry");
});

test("titles, links and script name nobody, and there is no markup that the policy forbids", () => {
  const page = show({
    figures: { ...figures, failures: [failure], found: { text: "anna@contoso.com", rows: [] } },
  });
  expect(/<title>([^<]*)/.exec(page)?.[1]).toBe("Sent Items Update");
  for (const one of [page, signInPage("wrong")]) {
    expect(one).not.toMatch(/<[^>]+\s(style|on\w+)=/);
    expect(one).not.toMatch(/<style|<script(?![^>]*\ssrc=)/);
    expect(
      [...one.matchAll(/href="([^"]*)"/g)].map(([, link]) => link).filter((link) => link?.includes("@")),
    ).toEqual([]);
  }
});

test("the doctor's checklist and findings are shown with their marks in words", () => {
  const content = {
    stack: "prod",
    healthy: false,
    steps: [
      { part: "rule", title: "The rule is on", state: "error" as const, causes: ["It is off: npx siu up."] },
    ],
    findings: [{ code: "SIU011", severity: "note" as const, message: "Nobody looked." }],
  };
  const page = show({ figures: { ...figures, doctor: { at: now - 7_200_000, content } } });
  expect(page).toContain("<p>prod, 2 h ago.</p>");
  expect(page).toContain(
    '<span class="mark error">failed</span><span>rule: The rule is on</span><p>It is off: npx siu up.</p>',
  );
  expect(page).toContain('<span class="mark note">note</span><span>SIU011: Nobody looked.</span>');
});
