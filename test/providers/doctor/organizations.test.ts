import { afterEach, describe, expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import { examine, type Examination } from "../../../providers/doctor/examine.ts";
import type { Report, Step } from "../../../providers/doctor/report.ts";
import { inventory, startEmbedded, type Embedded } from "../embedded.ts";
import { createStack } from "../stack.ts";
import { patientOf } from "./patient.ts";
import { readLine } from "./powershell-line.ts";
import type { Edit } from "./said.ts";

let embedded: Embedded;
afterEach(() => embedded.close());

const red = ({ steps }: Report): Step[] => steps.filter(({ state }) => state === "error");

/** An organization and the examination of a stack on it; `up` deploys the stack. */
async function organization(
  name: string,
  edit: Edit,
): Promise<{ look: (more?: Partial<Examination>) => Promise<Report>; up: () => Promise<unknown> }> {
  embedded = await startEmbedded(name === "onprem" ? "onPremises" : "hybrid");
  const patient = await patientOf(name, embedded, edit);
  return {
    look: (more = {}) => {
      embedded.renew();
      return examine({ ...patient, ...more });
    },
    up: () => createStack(embedded, name).up(desired(patient.config, name, embedded.world.now())),
  };
}

const relay = `
signatureService:
  preset: custom
  smartHost: relay.contoso.com
  serverCertificateName: relay.contoso.com
  clientCertificateName: relay.contoso.com
  processedHeader: X-Stamped
connectors:
  send: { cost: 2 }
  receive: { remoteAddresses: [192.0.2.10] }
`;
const listen =
  "listen: { key: '${env:SIU_DEMO_INTAKE_CERTIFICATE}', certificate: '${env:SIU_DEMO_INTAKE_CERTIFICATE}' }";
const journal = `
intake:
  via: journal
  address: copies@siu.contoso.com
  smartHost: siu.contoso.com
  journalingReportNdrTo: anna.weber@contoso.com
  ${listen}
`;
const mailbox = (read: string) => `
intake:
  via: mailbox
  read: ${read}
  address: copies@contoso.com
`;
describe.each<[string, string, Edit]>([
  ["servers of its own, a relay and a journal", "onprem", (text) => text + relay + journal],
  ["servers of its own and an intake mailbox", "onprem", (text) => text + relay + mailbox("ews")],
  [
    "both sides, an application and an intake mailbox online",
    "demo",
    // An intake mailbox may drop versions of a split message.
    (text) => text.replace("saveAll: true", "saveAll: false").replace(/intake:[^]*$/, mailbox("graph")),
  ],
  ["Exchange Online and a journal", "online", (text) => text.replace(/intake:[^]*$/, journal)],
])("an organization with %s", (_, name, edit) => {
  test("is looked at without a trace, and green once it is deployed", async () => {
    const { look, up } = await organization(name, edit);
    const before = inventory(embedded);
    const noAccount = async () => ({ result: "WRONG_CREDENTIALS", detail: "HTTP 401" }) as const;
    const world = name === "onprem" ? { ...embedded.world, impersonate: noAccount } : embedded.world;
    const empty = await look({ world });
    expect(inventory(embedded)).toEqual(before);
    expect(red(empty).filter(({ part }) => part === "rights")).toEqual([]);
    expect(red(empty).length).toBeGreaterThan(3);
    await up();
    const report = await look();
    expect(red(report)).toEqual([]);
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test.each<[string, string, string, Edit]>([
  ["impersonation", "onprem", "Sent Items Update impersonation (onprem)", (text) => text + mailbox("ews")],
  [
    "the application's role",
    "online",
    "Sent Items Update Mail.ReadWrite (online)",
    (text) => text.replace(/intake:[^]*$/, mailbox("graph")),
  ],
])("an intake mailbox that nobody may open without %s is red", async (_, name, grant, edit) => {
  const { look, up } = await organization(name, edit);
  await up();
  const side = name === "onprem" ? "onPremises" : "online";
  await embedded
    .exchange(side)
    .invoke("Remove-ManagementRoleAssignment", { Identity: grant, Confirm: false });
  expect(red(await look()).filter(({ part }) => part === "listener")).toMatchObject([
    {
      title: "The intake mailbox copies@contoso.com",
      causes: [
        expect.stringMatching(/may not act as 'copies@contoso\.com'|lacks the role .*'copies@contoso\.com'/),
      ],
    },
  ]);
});

test("connectors that somebody else manages are compared, and made by hand without our mark", async () => {
  const { look, up } = await organization("demo", (text) =>
    text.replace("connectors:", "connectors:\n  manage: verify"),
  );
  const missing = red(await look()).filter(({ part }) => part === "connectors");
  expect(missing.map(({ causes }) => causes)).toEqual([["It does not exist."], ["It does not exist."]]);
  const lines = missing.flatMap(({ byHand }) => byHand);
  expect(lines.join("\n")).not.toContain("sent-items-update");
  for (const line of lines) {
    const { cmdlet, parameters } = readLine(line);
    await embedded.exchange("online").invoke(cmdlet, parameters);
  }
  await up();
  expect(red(await look())).toEqual([]);
});

test("connectors that nobody can test are red until their last change is old enough", async () => {
  const { look, up } = await organization("demo", (text) =>
    text.replace("  outbound:\n    validationRecipient: postmaster@fabrikam.example\n", ""),
  );
  await up();
  const [step, ...others] = red(await look());
  expect(others).toEqual([]);
  expect(step?.causes).toEqual([expect.stringMatching(/may take until 20\d\d-.*Wait, and look again/)]);
  const later = { ...embedded.world, now: () => embedded.world.now() + 3_600_000 };
  expect(red(await look({ world: later }))).toEqual([]);
});
