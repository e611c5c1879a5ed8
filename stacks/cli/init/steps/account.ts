import { createdUpn } from "../../../config/derived.ts";
import { needs, onlineOnly, ownOnly, type Skip, type Topic } from "../step.ts";

const applicationOnly: Skip = (answers) =>
  onlineOnly(answers) || (answers.environment === "hybrid" && needs("application", true)(answers));

const credentialOnly = (value: string): Skip => {
  const goesWith = needs("applicationCredential", value);
  return (answers) => applicationOnly(answers) || goesWith(answers);
};

/** The manuals' page "Account credentials": who reads and updates the mailboxes. */
export const account: Topic = {
  title: "Account credentials",
  steps: [
    {
      name: "account",
      kind: "choice",
      ask: "Which account updates sent items on your own servers?",
      hint: "It needs a user principal name of a local, non-federated domain, membership in Domain Users, and no multi-factor authentication.",
      path: "serviceAccount",
      choices: [
        { value: "existing", label: "One that exists" },
        {
          value: "create",
          label: "Create one: CodeTwoSiuAgent@<your domain>",
          unless: ({ environment }) =>
            environment === "hybrid" && "not available in hybrid environments: choose one that exists",
        },
      ],
      skip: ownOnly,
      fallback: () => "existing",
    },
    {
      name: "upn",
      kind: "text",
      ask: "Its user principal name (UPN)",
      path: "serviceAccount.upn",
      search: "accounts",
      skip: (answers) =>
        ownOnly(answers) ||
        (answers.account === "create" && `the account is created as ${createdUpn(answers)}`),
    },
    {
      name: "accountPassword",
      kind: "reference",
      ask: "Where its password is found",
      hint: "Never the password itself: env:NAME or file:path. A created account gets a new one where the file does not exist yet.",
      path: "serviceAccount.password",
      skip: ownOnly,
      fallback: (answers) =>
        answers.account === "create" ? "file:service-account.password" : "env:SIU_ACCOUNT_PASSWORD",
    },
    {
      name: "application",
      kind: "switch",
      ask: "Are sent items in Exchange Online updated too?",
      hint: "Then by an application: a user account reaches no mailbox there any more.",
      path: "serviceAccount.application",
      skip: (answers) => answers.environment !== "hybrid" && "only a hybrid organization has both sides",
      fallback: () => true,
    },
    {
      name: "applicationId",
      kind: "text",
      ask: "Application (client) id of the application that updates sent items",
      hint: "Registered in Entra without consent to any permission for mail, which would open every mailbox.",
      path: "serviceAccount.application.clientId",
      skip: applicationOnly,
    },
    {
      name: "applicationObjectId",
      kind: "text",
      ask: "Object id of its service principal (Entra, Enterprise applications)",
      path: "serviceAccount.application.objectId",
      skip: applicationOnly,
    },
    {
      name: "applicationCredential",
      kind: "choice",
      ask: "How does it sign in?",
      choices: [
        { value: "secret", label: "With a client secret" },
        { value: "certificate", label: "With a certificate" },
        { value: "systemAssigned", label: "As the machine of Azure that the daemon runs on" },
        { value: "userAssigned", label: "As an identity assigned to that machine" },
        { value: "federatedToken", label: "As a workload, with a token from a file (Kubernetes)" },
      ],
      skip: applicationOnly,
      fallback: () => "secret",
    },
    {
      name: "applicationSecret",
      kind: "reference",
      ask: "Where its client secret is found",
      hint: "Never the secret itself: env:NAME or file:path.",
      path: "serviceAccount.application.clientSecret",
      skip: credentialOnly("secret"),
      fallback: () => "env:SIU_APPLICATION_SECRET",
    },
    {
      name: "applicationKey",
      kind: "reference",
      ask: "Where its private key is found (PEM)",
      path: "serviceAccount.application.certificate.key",
      skip: credentialOnly("certificate"),
      fallback: () => "file:/etc/siu/application.key",
    },
    {
      name: "applicationCertificate",
      kind: "reference",
      ask: "Where its certificate is found (PEM)",
      path: "serviceAccount.application.certificate.certificate",
      skip: credentialOnly("certificate"),
      fallback: () => "file:/etc/siu/application.crt",
    },
    {
      name: "applicationTokenFile",
      kind: "text",
      ask: "The file with its token",
      path: "serviceAccount.application.federatedTokenFile",
      skip: credentialOnly("federatedToken"),
      fallback: () => "/var/run/secrets/azure/tokens/azure-identity-token",
    },
    {
      name: "impersonation",
      kind: "choice",
      ask: "Who grants access to the mailboxes?",
      path: "impersonation.manage",
      choices: [
        { value: "full", label: "This stack does, where it is missing" },
        { value: "verify", label: "You do, by hand; it is only checked" },
      ],
      fallback: () => "full",
    },
    {
      name: "impersonationScope",
      kind: "choice",
      ask: "To which mailboxes?",
      path: "impersonation.scope",
      choices: [
        { value: "senders", label: "Those of the senders (least privilege)" },
        { value: "organization", label: "Every mailbox" },
      ],
      skip: needs("impersonation", "full"),
      fallback: () => "senders",
    },
  ],
};
