import type { Answers } from "../answers.ts";
import { isOnline, needs, onlineOnly, type Skip, type Topic } from "../step.ts";

const routed: Skip = (answers) =>
  onlineOnly(answers) || withService(answers) || needs("connectors", "full", "verify")(answers);

const withService = needs("service", "codetwo", "custom");
const custom = needs("service", "custom");
const scoped = (...kinds: string[]): Skip => {
  const goesWith = needs("scope", ...kinds);
  return (answers) => routed(answers) || goesWith(answers);
};
const isOwnRelay = (answers: Answers): boolean => !isOnline(answers) && answers.service === "custom";

/** The manual of the connectors: the service that stamps, the way to it and back, and whose mail goes there. */
export const mailFlow: Topic = {
  title: "Signatures and connectors",
  steps: [
    {
      name: "service",
      kind: "choice",
      ask: "What stamps signatures on mail?",
      path: "signatureService",
      choices: [
        {
          value: "codetwo",
          label: "CodeTwo Email Signatures",
          unless: (answers) => !isOnline(answers) && "it takes mail of Exchange Online",
        },
        { value: "custom", label: "Another relay" },
        { value: "none", label: "Something that is set up already, or a program on your own servers" },
      ],
    },
    {
      name: "subdomain",
      kind: "text",
      ask: "Your unique subdomain (contoso for contoso.smtp.codetwo.online)",
      hint: "CodeTwo Admin Panel, Exchange Online connectors, I manage my connectors manually.",
      path: "signatureService.subdomain",
      skip: needs("service", "codetwo"),
    },
    {
      name: "region",
      kind: "choice",
      ask: "Which Office 365?",
      path: "signatureService.region",
      choices: [
        { value: "global", label: "Global" },
        { value: "germany", label: "Germany (closed by Microsoft)" },
      ],
      skip: needs("service", "codetwo"),
      fallback: () => "global",
    },
    {
      name: "relayHost",
      kind: "text",
      ask: "The relay's DNS name or IP address",
      path: "signatureService.smartHost",
      skip: custom,
    },
    {
      name: "relayServerCertificate",
      kind: "text",
      ask: "The name on its server certificate",
      path: "signatureService.serverCertificateName",
      skip: custom,
    },
    {
      name: "relayClientCertificate",
      kind: "text",
      ask: "The name on its client certificate, when it returns mail",
      hint: "Exchange Online wants its domain to be an accepted domain.",
      path: "signatureService.clientCertificateName",
      skip: custom,
    },
    {
      name: "processedHeader",
      kind: "text",
      ask: "The header that it adds, with the value true, to stamped mail",
      path: "signatureService.processedHeader",
      skip: custom,
    },
    {
      name: "processingIdHeader",
      kind: "text",
      ask: "The header that identifies one processing",
      hint: "It tells versions of a split message apart. Nothing: there is none.",
      path: "signatureService.processingIdHeader",
      skip: custom,
      fallback: () => "",
    },
    {
      name: "connectors",
      kind: "choice",
      ask: "Who manages the connectors to it and back?",
      path: "connectors.manage",
      choices: [
        { value: "full", label: "This stack, automatically" },
        { value: "verify", label: "I do, manually; they are only checked" },
        { value: "none", label: "There are none" },
      ],
      skip: withService,
      fallback: () => "full",
    },
    {
      name: "relayAddresses",
      kind: "list",
      ask: "IP addresses or networks of the relay",
      hint: "Your server takes stamped mail back from them.",
      path: "connectors.receive",
      skip: (answers) =>
        (!isOwnRelay(answers) && "it goes with servers of your own and a relay of your own") ||
        needs("connectors", "full", "verify")(answers),
    },
    {
      name: "validationRecipient",
      kind: "text",
      ask: "An address outside Office 365 to validate the outbound connector with",
      hint: "Nothing: nobody tests it, and rules wait an hour until they are switched on.",
      path: "connectors.outbound.validationRecipient",
      skip: (answers) => onlineOnly(answers) || needs("connectors", "full")(answers),
      fallback: () => "",
    },
    {
      name: "scope",
      kind: "choice",
      ask: "Whose mail gets signatures?",
      hint: "Every sender in the scope uses one licence, whether or not a signature rule applies to them.",
      choices: [
        { value: "group", label: "Members of a group (hidden ones too)" },
        { value: "managedGroup", label: "Members of a group that this stack makes and keeps" },
        { value: "people", label: "Listed people" },
        { value: "domains", label: "Senders of some domains, such as a sub-organization's" },
        { value: "everyone", label: "Everybody's" },
        { value: "none", label: "No rule: I make it myself" },
      ],
      skip: routed,
    },
    {
      name: "scopeGroup",
      kind: "text",
      ask: "The group",
      path: "senderScopes.signatures.group",
      search: "groups",
      skip: scoped("group"),
    },
    {
      name: "scopeDomains",
      kind: "list",
      ask: "The domains, without their subdomains",
      path: "senderScopes.signatures.domains",
      skip: scoped("domains"),
      fallback: ({ domain = "" }) => [domain],
    },
    {
      name: "scopePeople",
      kind: "list",
      ask: "The people",
      path: "senderScopes.signatures.people",
      search: "people",
      skip: scoped("people"),
    },
    {
      name: "scopeAddress",
      kind: "text",
      ask: "The new group's address, in a domain of yours",
      path: "senderScopes.signatures.managedGroup.address",
      skip: scoped("managedGroup"),
    },
    {
      name: "scopeMembers",
      kind: "list",
      ask: "Its members, people and groups",
      path: "senderScopes.signatures.managedGroup.members",
      search: "recipients",
      skip: scoped("managedGroup"),
    },
    {
      name: "internalMail",
      kind: "switch",
      ask: "Signatures on mail within the organization too?",
      path: "transportRules",
      skip: scoped("group", "managedGroup", "people", "domains", "everyone"),
      fallback: () => true,
    },
  ],
};
