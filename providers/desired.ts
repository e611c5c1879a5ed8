import type { Config, Intake, SenderScope, TransportRule } from "../stacks/config/types.ts";
import type { SideName } from "./exchange/port.ts";
import type { Props } from "./kind.ts";
import type { KindName } from "./kinds/all.ts";
import {
  inboundFromRelay,
  intakeRule,
  outboundToIntake,
  outboundToRelay,
  relayOf,
  signaturesRule,
  type Relay,
} from "./presets.ts";
import { inOrder } from "./rule-order.ts";

/** One resource of a stack. */
export interface Desired {
  /** Its name in the stack: never changes while the object stays the same. */
  name: string;
  kind: KindName;
  side: SideName;
  inputs: Props;
  /** Take over an object of that name that exists already. */
  adopt: boolean;
  /** Only compare; somebody else manages it. */
  verify: boolean;
  /** Names of resources that have to be as desired before. */
  dependsOn: string[];
}

/**
 * What a configuration asks of Exchange, in the order of a safe rollout: a rule that is enabled before its connector
 * works bounces the company's mail. Removal runs backwards. Pure.
 */
export function desired(config: Config, stack: string): Desired[] {
  return [...access(config, stack), ...mailFlow(config)];
}

/** The service account and what it may do; on-premises only (in Exchange Online an application does this work). */
function access(config: Config, stack: string): Desired[] {
  const { environment, serviceAccount, impersonation, senders } = config;
  const { upn } = serviceAccount;
  if (environment === "online" || upn === undefined) return [];
  const name = upn.slice(0, upn.indexOf("@"));
  const account = serviceAccount.create
    ? item("service-account", "ServiceAccount", "onPremises", {
        Name: name,
        UserPrincipalName: upn,
        DisplayName: "Sent Items Update service account",
      })
    : item("service-account", "ExistingAccount", "onPremises", {
        UserPrincipalName: upn,
        Hybrid: environment === "hybrid",
      });
  if (impersonation.manage === "verify") {
    return [
      account,
      item("impersonation-grant", "ImpersonationGranted", "onPremises", { User: upn }, [account]),
    ];
  }
  const scope =
    impersonation.scope === "senders"
      ? item("sender-scope", "ManagementScope", "onPremises", {
          Name: `Sent Items Update senders (${stack})`,
          Include: senders.include,
          Users: senders.users,
          Groups: senders.groups,
        })
      : undefined;
  const grant = item(
    "impersonation-grant",
    "ImpersonationGrant",
    "onPremises",
    {
      Name: `Sent Items Update impersonation (${stack})`,
      Role: "ApplicationImpersonation",
      User: upn,
      ...(scope && { CustomRecipientWriteScope: String(scope.inputs["Name"]) }),
    },
    [account, scope],
  );
  return [account, ...(scope ? [scope] : []), grant];
}

function mailFlow(config: Config): Desired[] {
  const { connectors, intake, senderScopes, signatureService } = config;
  if (!signatureService || config.environment === "onPremises") return [];
  const relay = relayOf(signatureService, connectors);
  const managed = connectors.manage === "full";
  const { inbound, outbound } = connectors;

  const domain = item("accepted-domain", "AcceptedDomain", "online", {
    DomainName: relay.clientCertificateName,
  });
  const into = item(
    "inbound-connector",
    "InboundConnector",
    "online",
    inboundFromRelay(inbound.name, relay.clientCertificateName, {
      enabled: inbound.enabled,
      retainHeaders: inbound.retainInternalHeaders,
    }),
    [domain],
    { adopt: inbound.adopt, verify: !managed },
  );
  const target = { smartHost: relay.smartHost, certificateName: relay.serverCertificateName };
  const out = item(
    "outbound-connector",
    "OutboundConnector",
    "online",
    outboundToRelay(outbound.name, target, {
      enabled: outbound.enabled,
      retainHeaders: outbound.retainInternalHeaders,
    }),
    [into],
    { adopt: outbound.adopt, verify: !managed },
  );
  const validation =
    managed && outbound.enabled && outbound.validationRecipient !== undefined
      ? item(
          "outbound-connector-validation",
          "OutboundConnectorValidation",
          "online",
          // The relay's names are here so that a change of them asks for another test.
          { Connector: outbound.name, Recipients: [outbound.validationRecipient], ...target },
          [out],
        )
      : undefined;
  const flow = connectors.manage === "none" ? [] : [domain, into, out];
  const copies = intakeItems(intake, relay.processedHeader, flow);
  const ready = [...flow, ...copies, validation];
  const rules = inOrder(config.transportRules);
  const signed = rules.map((rule, index) => {
    const above = rules.slice(Math.max(0, index - 1), index);
    const inputs = {
      ...ruleInputs(rule, { connector: outbound.name, relay, senderScopes }),
      ...(rule.before.length > 0 && { Before: rule.before }),
      ...(above.length + rule.after.length > 0 && {
        After: [...above.map(({ name }) => name), ...rule.after],
      }),
    };
    return item(ruleName(rule, rules), "TransportRule", "online", inputs, ready, { adopt: rule.adopt });
  });
  // Each is made after the one that runs before it.
  signed.forEach((rule, index) =>
    rule.dependsOn.push(...signed.slice(Math.max(0, index - 1), index).map(({ name }) => name)),
  );
  return [...flow, ...copies, ...(validation ? [validation] : []), ...signed];
}

/** The connector to the listener, where there is one, and the rule that copies to it. */
function intakeItems(intake: Intake | undefined, processedHeader: string, after: Desired[]): Desired[] {
  if (intake?.via !== "connector" && intake?.via !== "mailbox") return [];
  const { name, address, adopt } = intake;
  const connector =
    intake.via === "connector"
      ? item(
          "intake-connector",
          "OutboundConnector",
          "online",
          outboundToIntake(name, intake.smartHost, address.slice(address.indexOf("@") + 1)),
          after,
          { adopt },
        )
      : undefined;
  const rule = item(
    "intake-rule",
    "TransportRule",
    "online",
    intakeRule(name, address, processedHeader),
    [...after, connector],
    { adopt },
  );
  return [...(connector ? [connector] : []), rule];
}

/** The first rule of a scope is called after it, any other one after itself too. */
function ruleName(rule: TransportRule, rules: readonly TransportRule[]): string {
  if (rule.preset === "custom") return `rule-${rule.name}`;
  const first = rules.find((each) => each.preset === "signatures" && each.scope === rule.scope);
  return `signatures-rule-${rule.scope}${first === rule ? "" : `-${rule.name}`}`;
}

function ruleInputs(
  rule: TransportRule,
  {
    connector,
    relay,
    senderScopes,
  }: { connector: string; relay: Relay; senderScopes: Record<string, SenderScope> },
): Props {
  if (rule.preset === "custom") return { Enabled: true, ...rule.parameters, Name: rule.name };
  const { people, group } = senderScopes[rule.scope] ?? {};
  return signaturesRule(rule.name, connector, {
    scope: { ...(people && { From: people }), ...(group !== undefined && { FromMemberOf: [group] }) },
    internalMail: rule.internalMail,
    processedHeader: relay.processedHeader,
  });
}

function item(
  name: string,
  kind: KindName,
  side: SideName,
  inputs: Props,
  after: readonly (Desired | undefined)[] = [],
  { adopt = false, verify = false }: { adopt?: boolean; verify?: boolean } = {},
): Desired {
  const dependsOn = after.flatMap((each) => (each ? [each.name] : []));
  return { name, kind, side, inputs, adopt, verify, dependsOn };
}
