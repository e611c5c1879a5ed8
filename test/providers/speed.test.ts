import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { item, type Desired } from "../../providers/desired/resource.ts";
import { addressesIn } from "../../providers/desired.ts";
import { filtersFor } from "../../providers/exchange/address-book.ts";
import { asked } from "../bench/provisioner/asked.ts";
import { withRules } from "../bench/provisioner/stack.ts";
import { populationOf } from "../emulator/populate/people.ts";
import { sideOf } from "../emulator/store.ts";
import { createDeployment } from "./deployment.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf } from "./stack.ts";

const patience = 600_000;

/** Connectors, and rules each of which has to precede the one that was there before; all people are looked up. */
function resources(count: number, people: readonly string[]): Desired[] {
  const half = Array.from({ length: count / 2 }, (_each, index) => index);
  const connectors = half.map((index) =>
    item(`connector-${index}`, "InboundConnector", "online", {
      Name: `In ${index}`,
      ConnectorType: "OnPremises",
      SenderDomains: [`d${index}.example`],
      RequireTls: true,
    }),
  );
  const rules = half.map((index) =>
    item(`rule-${index}`, "TransportRule", "online", {
      Name: `Rule ${index}`,
      From: [people[index % people.length] ?? ""],
      PrependSubject: "[x] ",
      Enabled: true,
      Before: ["Last"],
    }),
  );
  return [...connectors, ...rules];
}

describe.each([10, 100, 500])("%i resources", (count) => {
  let embedded: Embedded;
  let wanted: Desired[];
  beforeAll(async () => {
    embedded = await startEmbedded("hybrid", { population: populationOf(true, Math.max(30, count / 2)) });
    wanted = resources(count, mailboxesOf(embedded));
    const last = { Name: "Last", DeleteMessage: true, SubjectContainsWords: ["x"] };
    await embedded.exchange("online").invoke("New-TransportRule", last);
  });
  afterAll(() => embedded.close());

  test(
    "are read once per noun, and one by one only when they were written",
    { timeout: patience },
    async () => {
      const half = count / 2;
      const bulk = {
        token: 1,
        "online Get-InboundConnector": 1,
        "online Get-TransportRule": 1,
        "online Get-AcceptedDomain": 1,
        "online Get-Recipient": filtersFor(addressesIn(wanted, "online")).length,
      };
      expect(bulk["online Get-Recipient"]).toBeLessThanOrEqual(Math.ceil(half / 50));
      const stack = createStack(embedded);
      const first = await asked(embedded.emulator.organization, () => stack.up(wanted));
      expect(first.done).toHaveLength(count);
      expect(first.cmdlets).toEqual({
        ...bulk,
        "online New-InboundConnector": half,
        "online Get-InboundConnector": 1 + half,
        "online New-TransportRule": half,
        // To its place before the last one, which is shifted, and every time known to be.
        "online Set-TransportRule": half,
        "online Enable-TransportRule": half,
        "online Get-TransportRule": 1 + half,
      });
      expect(await asked(embedded.emulator.organization, () => stack.up(wanted))).toEqual({
        done: [],
        cmdlets: bulk,
      });
      expect(await asked(embedded.emulator.organization, () => stack.preview(wanted))).toEqual({
        done: [],
        cmdlets: bulk,
      });
      expect((await asked(embedded.emulator.organization, () => stack.destroy())).cmdlets).toEqual({
        token: 1,
        "online Get-InboundConnector": half,
        "online Remove-InboundConnector": half,
        "online Get-TransportRule": half,
        "online Disable-TransportRule": half,
        "online Remove-TransportRule": half,
      });
    },
  );
});

test("groups that a stack makes cost no reading of other recipients", { timeout: patience }, async () => {
  const embedded = await startEmbedded();
  onTestFinished(embedded.close);
  const people = mailboxesOf(embedded).slice(0, 10);
  const wanted = people.map((person, index) =>
    item(`group-${index}`, "DistributionGroup", "online", {
      Name: `Group ${index}`,
      DisplayName: `Group ${index}`,
      PrimarySmtpAddress: `group-${index}@contoso.com`,
      Members: [person],
      MemberJoinRestriction: "Closed",
      MemberDepartRestriction: "Closed",
      HiddenFromAddressListsEnabled: true,
    }),
  );
  const { organization } = embedded.emulator;
  const stack = createStack(embedded);
  const first = await asked(organization, () => stack.up(wanted));
  expect(first.cmdlets).toMatchObject({
    "online New-DistributionGroup": 10,
    // People in one, and for each group whether its address is free.
    "online Get-Recipient": 1 + 10,
    // Before it is filled, and afterwards.
    "online Get-DistributionGroupMember": 20,
  });
  expect((await asked(organization, () => stack.preview(wanted))).cmdlets).toEqual({
    token: 1,
    "online Get-DistributionGroup": 1,
    "online Get-Recipient": 1,
    // No cmdlet tells the members of several groups.
    "online Get-DistributionGroupMember": 10,
  });
});

// 500 take the CLI minutes, since it writes the whole state anew with each of them: `npm run bench:provisioner`.
describe.each([20, 100])("%i resources with the real CLI", (count) => {
  test("are read once per noun and deployment, in one session", { timeout: patience }, async () => {
    const embedded = await startEmbedded("hybrid", { population: populationOf(true, Math.max(30, count)) });
    onTestFinished(embedded.close);
    const people = mailboxesOf(embedded);
    // The administrator's, and the two that tell what the application was consented to.
    const token = 1 + 2;
    // A rule has the count of its senders beside it; the stack itself is one of the others.
    const others = wantedOf("demo", embedded).length - 2 + 1;
    const rules = Math.floor((count - others) / 2);
    const deployment = await createDeployment("demo", embedded.environment);
    onTestFinished(deployment.close);
    await deployment.edit("stacks/demo.yaml", withRules({ people: rules, groups: 0 }, people));

    const first = await asked(embedded.emulator.organization, () =>
      deployment.pulumi("up", "--yes", "--skip-preview"),
    );
    expect(first.done).toMatchObject({ code: 0 });
    expect(first.cmdlets).toMatchObject({
      token,
      "online New-InboundConnector": 1,
      "online Get-InboundConnector": 1 + 1,
      "online New-OutboundConnector": 2,
      // What is not there yet is asked for in all three ways in which Exchange may show it.
      "online Get-OutboundConnector": 3 + 2,
      "online New-TransportRule": 1 + rules,
      "online Get-TransportRule": 1 + 1 + rules,
      "online Get-AcceptedDomain": 1,
      "online Get-Recipient": 1,
      "onPremises Get-ManagementScope": 1 + 1,
    });
    const second = await asked(embedded.emulator.organization, () =>
      deployment.pulumi("up", "--yes", "--skip-preview"),
    );
    expect(second.done).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${others + 2 * rules} unchanged`) as string,
    });
    // What state remembers is not looked at; what a preview has to look up, to try or to advise on is, once.
    expect(second.cmdlets).toMatchObject({
      token,
      "online Get-AcceptedDomain": 1,
      "online Get-Recipient": 1,
    });
    const looks = Object.entries(second.cmdlets).filter(([each]) => /Rule|Connector|Scope/.test(each));
    expect(looks.filter(([each, times]) => times > 1 || !each.includes(" Get-"))).toEqual([]);
    const look = await asked(embedded.emulator.organization, () =>
      deployment.pulumi("preview", "--refresh", "--expect-no-changes"),
    );
    expect(look.done).toMatchObject({ code: 0 });
    expect(look.cmdlets).toMatchObject({
      token,
      "online Get-InboundConnector": 1,
      "online Get-OutboundConnector": 1,
      "online Get-TransportRule": 1,
      "online Get-AcceptedDomain": 1,
      "online Get-Recipient": 1,
      "onPremises Get-ManagementScope": 1,
      // The account is tried once, though Pulumi asks for that with the refresh and again with each comparison.
      ews: 1,
    });
    expect(Object.keys(look.cmdlets).filter((each) => / (New|Set|Enable)-/.test(each))).toEqual([]);
  });
});

function mailboxesOf({ emulator: { organization } }: Embedded): string[] {
  return [...sideOf(organization, "online").recipients.values()]
    .filter(({ type }) => type !== "MailContact")
    .map((each) => each.primarySmtpAddress);
}
