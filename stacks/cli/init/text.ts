import { Document, isMap, isPair, isScalar, isSeq, type Pair } from "yaml";
import type { Section } from "./config.ts";

/** What editors with YAML support read first. */
const schemaLine = " yaml-language-server: $schema=./config/schema.json";

/** What stands above a key, by its path. */
const above: Readonly<Record<string, string>> = {
  status: "Off until you are sure: connectors, rules and rights are set up all the same. Then: on.",
  connections:
    "How Exchange is reached. Secrets are never written here, only where they are found:\n ${env:NAME}, ${file:path}, and here also ${config:key} (pulumi config set --secret key).",
  serviceAccount: "Who reads and updates the mailboxes.",
  senders: "Whose sent items are updated.",
  splitMessages: "One message that the signature service splits for recipients with different rules.",
  signatureService: "What stamps signatures on mail.",
  connectors: "The way to it and back.",
  senderScopes: "Whose mail gets signatures. Every sender in a scope uses one licence.",
  transportRules: "In the order in which they run.",
  intake: "How the daemon gets a copy of each stamped message.",
  daemon: "Where each run hands over the settings.",
};

/** What stands beside a value, by its path. */
const beside: Readonly<Record<string, string>> = {
  environment: "onPremises | hybrid | online",
  "organization.acceptedDomains": "mail to them is internal",
  "organization.federatedDomains": "the service account must not belong to one",
  "organization.tenantId": "a copy counts as yours only if it carries this id",
  "connections.onPremises.autodiscover": "or the https:// URL to ask",
  "connections.onPremises.ewsUrl": "https://localhost/EWS/Exchange.asmx on a Client Access server itself",
  "connections.onPremises.admin.via": "powershell | rest",
  "connections.onPremises.admin.username": "in Domain Admins; used for a run and never stored",
  "connections.online.admin.via": "powershell | rest",
  "serviceAccount.create": "as CodeTwoSiuAgent@<domain>",
  "serviceAccount.upn": "no federated domain, no multi-factor authentication",
  "serviceAccount.application.objectId": "of the service principal (Entra: Enterprise applications)",
  "impersonation.manage": "full | verify: you grant it by hand",
  "impersonation.scope": "senders | organization: every mailbox",
  "senders.include": "all | only | allExcept",
  keepOriginal: "true: the message as it was stays beside the updated one",
  whenEdited: "skip | keepBoth",
  "splitMessages.enabled": "true where the service splits messages",
  "splitMessages.saveAll": "true: every version is saved in Sent Items",
  "splitMessages.keep": "the version that is kept: first | last | external | internal",
  "signatureService.subdomain": "see 'I manage my connectors manually' in the CodeTwo Admin Panel",
  "connectors.manage": "full | verify: you manage them yourself | none",
  "connectors.outbound.validationRecipient": "an address outside Office 365",
  "connectors.send.addressSpaces": "all mail to recipients outside takes this way, without a rule",
  "senderScopes.signatures.group": "or domains: [domains], people: [addresses], everyone: true",
  "intake.via": "connector | mailbox | journal | relay",
  "intake.address": "used for nothing else",
  "intake.smartHost": "where Exchange reaches the daemon, on port 25",
};

/** A configuration as a commented file, with what else there is to say of it at its beginning. Pure. */
export function textOf(config: Section, command: "init" | "import" = "init", remarks: string[] = []): string {
  const document = new Document(config);
  const head = [`Written by \`siu ${command}\`. docs/configuration.md explains each section.`, ...remarks];
  document.commentBefore = [schemaLine, ...head.map((line) => ` ${line}`)].join("\n");
  comment(document.contents, "");
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function comment(node: unknown, within: string): void {
  if (!isMap(node)) return;
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const { key } = pair;
    const path = `${within}${String(key.value)}`;
    const title = above[path];
    if (title !== undefined) {
      key.commentBefore = ` ${title}`;
      // A blank line sets sections apart.
      key.spaceBefore = true;
    }
    remark(pair, beside[path]);
    comment(pair.value, `${path}.`);
  }
}

function remark({ value }: Pair, text: string | undefined): void {
  if (isSeq(value) && value.items.every((item) => isScalar(item))) value.flow = true;
  if (text !== undefined && (isScalar(value) || isSeq(value))) value.comment = ` ${text}`;
}
