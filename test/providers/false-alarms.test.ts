import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Parameters } from "../../providers/exchange/port.ts";
import type { Props } from "../../providers/kind.ts";
import type { KindName } from "../../providers/kinds/all.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import { recipientByAddress, sideOf, type Row } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { objectKinds, objectOf, sampleOf } from "./trial.ts";
import { made, wish, type Made } from "./wish.ts";

/** What other provisioners take for drift, and what happens to the object before the second look. */
interface Alarm {
  title: string;
  kind: KindName;
  inputs: Props;
  /** Cmdlets of somebody else, none of which changes what was asked for. */
  meanwhile?: readonly (readonly [cmdlet: string, parameters: Parameters])[];
  /** What Exchange may show instead. */
  shown?: Row;
}

const rule: Props = { Name: "R", PrependSubject: "[x]", Enabled: true };
const into: Props = { Name: "R", ConnectorType: "OnPremises", SenderDomains: ["*"] };
const guidOf = "signatures@contoso.com";

const alarms: Alarm[] = [
  ...[null, [], "", [""]].map((nothing): Alarm => ({
    title: `null, [] and "": asked for as ${JSON.stringify(nothing)}`,
    kind: "InboundConnector",
    inputs: { ...into, SenderIPAddresses: nothing, TlsSenderCertificateName: nothing },
  })),
  {
    title: "the server rewrites a value: contoso.com -> smtp:contoso.com;1",
    kind: "InboundConnector",
    inputs: { ...into, SenderDomains: ["contoso.com"] },
  },
  {
    title: "the server rewrites a value: AdminUI -> Default",
    kind: "InboundConnector",
    inputs: { ...into, ConnectorSource: "AdminUI" },
  },
  {
    title: "the server rewrites a value: 35MB -> 35 MB (36,700,160 bytes)",
    kind: "TransportRule",
    inputs: { ...rule, MessageSizeOver: "35MB" },
  },
  {
    title: "the server rewrites a value: parentheses in a filter",
    kind: "ManagementScope",
    inputs: { Name: "R", Include: "allExcept", Users: ["o'brien@contoso.com", "x@contoso.com"], Groups: [] },
  },
  { title: "written as Enabled, read as State", kind: "TransportRule", inputs: rule },
  {
    title: "inserting one rule shifts every Priority",
    kind: "TransportRule",
    inputs: { ...rule, After: ["Earlier"] },
    meanwhile: [
      [
        "New-TransportRule",
        { Name: "Inserted", Priority: 0, DeleteMessage: true, SubjectContainsWords: ["x"] },
      ],
    ],
  },
  {
    title: "number and string",
    kind: "TransportRule",
    inputs: { ...rule, SetSCL: "5", SCLOver: 7 },
    shown: { SetSCL: 5, SCLOver: "7" },
  },
  {
    title: "scalar and one-element array",
    kind: "TransportRule",
    inputs: { ...rule, SubjectContainsWords: "word", ExceptIfSubjectContainsWords: ["word"] },
    shown: { SubjectContainsWords: ["word"], ExceptIfSubjectContainsWords: "word" },
  },
  ...["Signatures@contoso.com", "signatures", "guid"].map((identity): Alarm => ({
    title: `identities in every form: a group as ${identity}`,
    kind: "TransportRule",
    inputs: { ...rule, FromMemberOf: [identity] },
  })),
  ...["a.weber@contoso.com", "Anna Weber", "anna.weber", "anna.weber@contoso.mail.onmicrosoft.com"].map(
    (identity): Alarm => ({
      title: `identities in every form: a person as ${identity}`,
      kind: "TransportRule",
      inputs: { ...rule, From: [identity], BlindCopyTo: [identity] },
    }),
  ),
  {
    title: "identities in every form: an account's UPN, printed as a path",
    kind: "ImpersonationGrant",
    inputs: { Name: "R", Role: "ApplicationImpersonation", User: "SIU@contoso.com" },
  },
  {
    title: "letter case",
    kind: "InboundConnector",
    inputs: { ...into, ConnectorType: "onpremises", TlsSenderCertificateName: "Mail.Contoso.COM" },
    shown: { TlsSenderCertificateName: "mail.contoso.com" },
  },
  {
    title: "two objects with one display name: asked for by address",
    kind: "TransportRule",
    inputs: { ...rule, From: ["rosa.keller@contoso.com"], BlindCopyTo: ["rosa.keller@partner.example"] },
  },
  {
    title: "a soft-deleted namesake",
    kind: "TransportRule",
    inputs: { ...rule, BlindCopyTo: ["back@contoso.com"] },
  },
  {
    title: "the order of a set",
    kind: "OutboundConnector",
    inputs: {
      Name: "R",
      UseMXRecord: false,
      SmartHosts: ["c.example", "A.example", "b.example"],
      RecipientDomains: ["z.example", "y.example"],
    },
  },
  {
    title: "quotes and non-ASCII text",
    kind: "TransportRule",
    inputs: { ...rule, Name: `R 'x' "y" Łś €`, PrependSubject: "„ŁÖ“ 'it''s' $x `n ", Comments: 'said: "ß"' },
  },
  {
    title: "culture-dependent dates",
    kind: "TransportRule",
    inputs: { ...rule, ActivationDate: "11/12/2026 18:00", ExpiryDate: "2026-12-31T18:00:00Z" },
    shown: { ActivationDate: "2026-11-12T18:00:00", ExpiryDate: "12/31/2026 6:00:00 PM" },
  },
  {
    title: "deprecated predicates",
    kind: "TransportRule",
    inputs: rule,
    shown: {
      IncidentReportOriginalMail: "DoNotIncludeOriginalMail",
      MessageContainsAllDataClassifications: ["x"],
    },
  },
  {
    title: "what Exchange fills in by itself",
    kind: "TransportRule",
    inputs: { Name: "R", RejectMessageReasonText: "no", ApplyHtmlDisclaimerText: "<p>", Enabled: true },
  },
];

describe("what other tools take for a change", () => {
  let embedded: Embedded;
  let object: (Made & { inputs: Props }) | undefined;
  beforeAll(async () => {
    embedded = await startEmbedded();
    const online = embedded.exchange("online");
    for (const at of [1, 2]) {
      const account = {
        Name: "Back",
        Alias: "back",
        MicrosoftOnlineServicesID: "back@contoso.com",
        PrimarySmtpAddress: "back@contoso.com",
        Password: "Of-a-test-1!",
      };
      await online.invoke("New-Mailbox", account);
      if (at === 1) await online.invoke("Remove-Mailbox", { Identity: "back@contoso.com" });
    }
    await online.invoke("New-TransportRule", {
      Name: "Earlier",
      DeleteMessage: true,
      SubjectContainsWords: ["x"],
    });
  });
  afterEach(async () => {
    embedded.renew();
    if (object) await lifecycle.remove(embedded.world, object.id, object.state);
    object = undefined;
    const inserted = embedded.stored("online", "TransportRule", "Inserted");
    if (inserted) await embedded.exchange("online").invoke("Remove-TransportRule", { Identity: "Inserted" });
  });
  afterAll(() => embedded.close());

  test.each(alarms.map((alarm): [string, Alarm] => [alarm.title, alarm]))("%s", async (_title, alarm) => {
    const { kind, meanwhile = [], shown = {} } = alarm;
    const group = recipientByAddress(sideOf(embedded.emulator.organization, "online"), guidOf)?.guid ?? "";
    const inputs = JSON.parse(JSON.stringify(alarm.inputs).replace('"guid"', JSON.stringify(group))) as Props;
    embedded.renew();
    const wanted = wish(kind, inputs);
    object = { ...(await made(wanted, embedded)), inputs };
    for (const [cmdlet, parameters] of meanwhile)
      await embedded.exchange("online").invoke(cmdlet, parameters);
    const { noun, sides } = objectOf(kind);
    const row = embedded.stored(sides[0] ?? "online", noun, String(inputs["Name"]));
    expect(row).toBeDefined();
    Object.assign(row ?? {}, shown);

    // The next preview finds nothing, and a set without a change writes nothing.
    embedded.renew();
    embedded.calls.length = 0;
    const news = await lifecycle.check(embedded.world, wanted);
    const seen = await lifecycle.read(embedded.world, object.id, object.state);
    expect(seen && lifecycle.diff(seen, news)).toEqual({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
    if (seen) await lifecycle.update(embedded.world, object.id, seen, news);
    expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual([]);
  });

  test("two people with one display name are told apart or refused, never guessed", async () => {
    await expect(
      made(wish("TransportRule", { ...rule, From: ["Rosa Keller"] }), embedded),
    ).rejects.toMatchObject({
      code: "AMBIGUOUS",
    });
  });

  test("cmdlets newly granted that the open session does not see yet: no absence, and the next session sees them", async () => {
    const application = embedded.emulator.organization.store.applications[0];
    const roles = application?.directoryRoles ?? [];
    if (application) application.directoryRoles = [];
    embedded.renew();
    const inputs = wish("InboundConnector", into);
    await expect(made(inputs, embedded)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    if (application) application.directoryRoles = roles;
    embedded.renew();
    object = { ...(await made(inputs, embedded)), inputs: into };
    expect(embedded.stored("online", "InboundConnector", "R")).toBeDefined();
  });
});

describe("an error is never read as absence, and nothing is created over it", () => {
  let embedded: Embedded;
  beforeAll(async () => void (embedded = await startEmbedded()));
  afterAll(() => embedded.close());
  const failures = [
    ["throttle", "THROTTLED"],
    ["unavailable", "UNAVAILABLE"],
    ["error", "UNAVAILABLE"],
    ["expired", "WRONG_CREDENTIALS"],
    ["drop", "UNAVAILABLE"],
    ["dropAfter", "UNAVAILABLE"],
    ["truncate", "UNAVAILABLE"],
  ] as const;

  test.each(objectKinds.flatMap((name) => failures.map((failure) => [name, ...failure] as const)))(
    "%s, %s",
    async (name, failure, code) => {
      const { noun } = objectOf(name);
      embedded.renew();
      embedded.calls.length = 0;
      const inputs = wish(name, sampleOf(name).base);
      const { faults } = embedded.emulator.organization;
      faults.add({ protocol: "admin", operation: `Get-${noun}`, failure, times: 99 });
      const state = { ...inputs, observed: {}, marked: true };
      const { world } = embedded;
      try {
        await expect(lifecycle.create(world, inputs)).rejects.toMatchObject({ code });
        await expect(lifecycle.read(world, "id", state)).rejects.toMatchObject({ code });
        await expect(lifecycle.update(world, "id", state, inputs)).rejects.toMatchObject({ code });
        await expect(lifecycle.remove(world, "id", state)).rejects.toMatchObject({ code });
      } finally {
        faults.clear();
      }
      expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual([]);
    },
  );
});
