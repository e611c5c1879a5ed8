import { onlineOnly, ownOnly, type Topic } from "../step.ts";

/** Where the mailboxes are, and what is the organization's own. */
export const organization: Topic = {
  title: "Environment",
  steps: [
    {
      name: "environment",
      kind: "choice",
      ask: "Where are the mailboxes?",
      path: "environment",
      choices: [
        { value: "onPremises", label: "On your own Exchange servers" },
        { value: "hybrid", label: "On your own servers and in Exchange Online (hybrid)" },
        { value: "online", label: "In Exchange Online" },
      ],
    },
    { name: "domain", kind: "text", ask: "Main mail domain", path: "organization.domain" },
    {
      name: "acceptedDomains",
      kind: "list",
      ask: "Further domains of yours",
      hint: "Mail to them counts as internal.",
      path: "organization.acceptedDomains",
      fallback: () => [],
    },
    {
      name: "federatedDomains",
      kind: "list",
      ask: "Domains that sign in through ADFS or another federation",
      hint: "The service account must not belong to one of them.",
      path: "organization.federatedDomains",
      skip: ownOnly,
      fallback: () => [],
    },
    {
      name: "tenant",
      kind: "text",
      ask: "The tenant's initial domain (....onmicrosoft.com)",
      path: "organization.tenant",
      skip: onlineOnly,
    },
    {
      name: "tenantId",
      kind: "text",
      ask: "The tenant's id (Entra admin center, Overview)",
      hint: "A stamped copy counts as yours only if it carries this id.",
      path: "organization.tenantId",
      skip: onlineOnly,
    },
    {
      name: "subOrganization",
      kind: "text",
      ask: "Is this stack for one of several sub-organizations? Its name",
      hint: "Its connectors, rules and intake are then called after it, so that each stack has its own. Nothing: for all of it.",
      fallback: () => "",
    },
  ],
};
