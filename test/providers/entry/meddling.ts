import type { Desired } from "../../../providers/desired/resource.ts";
import type { Parameters } from "../../../providers/exchange/port.ts";
import { kinds, type KindName } from "../../../providers/kinds/all.ts";
import type { Embedded } from "../embedded.ts";

/** What somebody sets in an object of each kind behind a stack's back: first one property, then what else the cmdlet needs. */
const meddlings: Readonly<Partial<Record<KindName, Parameters>>> = {
  ServiceAccount: { DisplayName: "Somebody else's" },
  ServicePrincipal: { DisplayName: "Somebody else's" },
  ManagementScope: { RecipientRestrictionFilter: "Alias -like '*'" },
  ImpersonationGrant: { Enabled: false },
  ApplicationGrant: { Enabled: false },
  DistributionGroup: { MemberJoinRestriction: "Open", BypassSecurityGroupManagerCheck: true },
  InboundConnector: { RequireTls: false },
  OutboundConnector: { SmartHosts: ["elsewhere.example"] },
  SendConnector: { SmartHosts: ["elsewhere.example"] },
  ReceiveConnector: { RequireTLS: false },
  TransportRule: { StopRuleProcessing: true },
  RemoteDomain: { TNEFEnabled: true },
  TransportConfig: { JournalingReportNdrTo: "ben.fischer@contoso.com" },
  JournalRule: { JournalEmailAddress: "elsewhere@siu.contoso.com" },
  RetentionPolicyTag: { AgeLimitForRetention: "90.00:00:00" },
  RetentionPolicy: { RetentionPolicyTagLinks: null },
  IntakeMailbox: { HiddenFromAddressListsEnabled: false },
};

/** What a stack keeps in Exchange: an object, or settings that the organization has one set of. */
export interface Kept {
  kind: KindName;
  side: Desired["side"];
  noun: string;
  /** By which its cmdlets know it; settings have none. */
  identity?: string;
}

/** What a stack keeps, in the order in which it is made; conditions are nobody's. */
export function keptBy(wanted: readonly Desired[]): Kept[] {
  return wanted.flatMap(({ kind, side, inputs }) => {
    const found = kinds[kind];
    if (found.is === "setting") return [{ kind, side, noun: found.of.noun }];
    return found.is === "object"
      ? [{ kind, side, noun: found.noun, identity: String(inputs[found.identity]) }]
      : [];
  });
}

/** Changes one property; answers how a preview has to begin its sentence about it. */
export async function meddle(embedded: Embedded, { kind, side, noun, identity }: Kept): Promise<string> {
  const parameters = meddlings[kind];
  if (!parameters) throw new Error(`Say in meddlings what somebody changes in a ${kind}.`);
  const Identity = identity === undefined ? {} : { Identity: identity };
  await embedded.exchange(side).invoke(`Set-${noun}`, { ...Identity, ...parameters });
  const title = identity === undefined ? noun : `${noun} '${identity}'`;
  return `${title} was changed outside of this stack: ${Object.keys(parameters)[0]}`;
}

/** Removes the first object of each kind, and every grant, since a scope that is granted cannot go; what was made last goes first. */
export async function removeOneOfEach(embedded: Embedded, kept: readonly Kept[]): Promise<Kept[]> {
  const gone = kept.filter(
    ({ kind, identity }, index) =>
      identity !== undefined &&
      (kind === "ApplicationGrant" || kept.findIndex((each) => each.kind === kind) === index),
  );
  for (const { side, noun, identity = "" } of gone.toReversed())
    await embedded.exchange(side).invoke(`Remove-${noun}`, {
      Identity: identity,
      Confirm: false,
      ...(noun === "DistributionGroup" && { BypassSecurityGroupManagerCheck: true }),
    });
  return gone;
}
