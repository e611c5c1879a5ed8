import fc from "fast-check";
import type { Answer, Answers } from "../../../../stacks/cli/init/answers.ts";
import { refusal, type Step } from "../../../../stacks/cli/init/step.ts";
import { steps } from "../../../../stacks/cli/init/steps.ts";
import { fromSomebody } from "../../../../stacks/cli/init/walk.ts";

const id = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";

/** Answers to what has no usual one, and others than the usual; those of lists are parts of them. */
const samples: { [Name in Step["name"]]?: Answer[] } = {
  domain: ["contoso.com", "mail.contoso.example"],
  acceptedDomains: [["contoso.org", "contoso.net"]],
  federatedDomains: [["adfs.contoso.com", "contoso.com"]],
  tenant: ["contoso.onmicrosoft.com"],
  tenantId: [id],
  autodiscoverUrl: ["https://autodiscover.contoso.com/autodiscover/autodiscover.svc"],
  server: ["mail01.contoso.com", "192.0.2.1", "2001:db8::1", "localhost"],
  certificateAuthority: ["file:/etc/siu/ca.pem", "${env:CA}"],
  adminUrl: ["https://mail01.contoso.com/PowerShell/", "${env:ADMIN}"],
  adminUser: ["admin@contoso.com", "CONTOSO\\admin: #1", "'quoted' \"twice\""],
  adminPassword: ["config:password", "file:/run/a b"],
  onlineUrl: ["https://outlook.office.example/admin"],
  onlineClientId: [id],
  upn: ["siu@contoso.com", "siu@intern.local"],
  accountPassword: ["file:/run/secrets/siu"],
  applicationId: [id],
  applicationObjectId: [id],
  users: [["anna.weber@contoso.com", "o'neil@contoso.com"]],
  groups: [["sales@contoso.com", "everyone@contoso.com"]],
  subdomain: ["contoso"],
  relayHost: ["relay.contoso.com"],
  relayServerCertificate: ["*.contoso.com"],
  relayClientCertificate: ["relay.contoso.com"],
  processedHeader: ["X-Stamped"],
  processingIdHeader: ["X-Stamp-Id"],
  relayAddresses: [["192.0.2.10", "198.51.100.0/24"]],
  validationRecipient: ["postmaster@fabrikam.example"],
  scopeGroup: ["signatures@contoso.com"],
  scopeDomains: [["contoso.com"]],
  scopePeople: [["anna.weber@contoso.com", "ben.fischer@contoso.com"]],
  scopeAddress: ["stamped@contoso.com", "stamped@mail.contoso.example"],
  scopeMembers: [["anna.weber@contoso.com", "everyone@contoso.com"]],
  journalNdr: ["admin@contoso.com"],
  intakeCertificateName: ["relay.contoso.com"],
  intakeAllow: [["192.0.2.10", "198.51.100.0/24"]],
  subOrganization: ["Sales", "Łódź & co"],
  webhookUrl: ["https://siu.contoso.com/notifications"],
  webhookKey: ["file:/etc/siu/webhook.key"],
  relayUser: ["relay"],
  listenPort: ["2525", "env:PORT"],
  daemonUrl: ["http://127.0.0.1:8420"],
};

/** Somebody who answers every question by chance, and only what the wizard takes. */
export const answers: fc.Arbitrary<Promise<Answers>> = fc
  .array(fc.nat(1_000), { minLength: steps.length, maxLength: steps.length })
  .map((chances) =>
    fromSomebody(steps, {}, async (step, before, usual) => {
      const chance = chances[steps.indexOf(step)] ?? 0;
      const options = possible(step, usual, chance);
      const first = chance % options.length;
      const option = [...options.slice(first), ...options.slice(0, first)].find(
        (each) => refusal(step, each, before) === undefined,
      );
      if (option === undefined)
        throw new Error(`Nothing answers ${step.name} after ${JSON.stringify(before)}`);
      return option;
    }),
  );

function possible(step: Step, usual: Answer | undefined, chance: number): Answer[] {
  if (step.choices) return step.choices.map(({ value }) => value);
  if (step.kind === "switch") return [true, false];
  const known = samples[step.name] ?? [];
  const parts = known.map((each) => (Array.isArray(each) && chance % 2 === 1 ? each.slice(0, 1) : each));
  return usual === undefined ? parts : [usual, ...parts];
}
