import type { Parameter, Parameters } from "../../providers/exchange/port.ts";
import type { Props } from "../../providers/kind.ts";
import type { KindName } from "../../providers/kinds/all.ts";
import { addressees, groups, people } from "../../providers/rule-parameters.ts";

/** What a test has to know of a kind to try every property of it. */
export interface Sample {
  /** An object that Exchange accepts, in the terms of its New- cmdlet. */
  base: Props;
  /** Cmdlets that make what it needs, on the kind's first side. */
  needs?: readonly (readonly [cmdlet: string, parameters: Parameters])[];
  /** Two values of a parameter, where its type does not say which are good ones. */
  values?: Readonly<Record<string, readonly [Parameter, Parameter]>>;
  /** What a parameter demands of others. */
  along?: Readonly<Record<string, Props>>;
}

/** Two different values of each of several parameters. */
function each(names: readonly string[], ...values: readonly [Parameter, Parameter]): Sample["values"] {
  return Object.fromEntries(names.map((name) => [name, values]));
}

const scope = (Name: string): readonly [string, Parameters] => [
  "New-ManagementScope",
  { Name, RecipientRestrictionFilter: "RecipientTypeDetails -eq 'UserMailbox'" },
];

const tag = (Name: string): readonly [string, Parameters] => [
  "New-RetentionPolicyTag",
  {
    Name,
    Type: "All",
    RetentionEnabled: true,
    RetentionAction: "PermanentlyDelete",
    AgeLimitForRetention: "9.00:00:00",
  },
];

const excepted = (names: string): string[] => names.split(" ").flatMap((name) => [name, `ExceptIf${name}`]);

/** The same demands of conditions and of their exceptions. */
function conditions(along: Record<string, Record<string, Parameter>>): Record<string, Props> {
  return Object.fromEntries(
    ["", "ExceptIf"].flatMap((except) =>
      Object.entries(along).map(([name, props]) => [
        except + name,
        Object.fromEntries(Object.entries(props).map(([other, value]) => [except + other, value])),
      ]),
    ),
  );
}

/** One sample for each kind that has objects; every-property.test.ts says which one is missing. */
export const samples: Readonly<Partial<Record<KindName, Sample>>> = {
  ServiceAccount: {
    base: { Name: "Agent", UserPrincipalName: "agent@contoso.com", DisplayName: "Agent of the stack" },
  },
  ManagementScope: {
    base: { Name: "Scope", RecipientRestrictionFilter: "RecipientTypeDetails -eq 'UserMailbox'" },
    values: {
      RecipientRestrictionFilter: [
        "Alias -eq 'o''brien' -or (Alias -eq 'b' -and -not (Alias -like 'c*'))",
        "MemberOfGroup -eq 'CN=Team, all,DC=contoso,DC=com'",
      ],
      RecipientRoot: ["contoso.com/Users", "contoso.com/Groups"],
    },
  },
  ImpersonationGrant: {
    base: { Name: "Grant", Role: "ApplicationImpersonation", User: "siu@contoso.com" },
    needs: ["One", "Two"].map((Name) => scope(Name)),
    values: { CustomRecipientWriteScope: ["One", "Two"] },
  },
  ServicePrincipal: {
    base: {
      AppId: "1f0c6f0e-5c1b-4d5e-8a53-0b7c4f1f6a01",
      ObjectId: "2e9d1a70-8f0b-4b6c-9c64-6c3a5d2e7b02",
      DisplayName: "Worker",
    },
  },
  ApplicationGrant: {
    base: { Name: "Grant", Role: "Application Mail.ReadWrite", App: "4b8d6c32-7e5f-4a90-b1c2-d3e4f5a6b704" },
    needs: [
      [
        "New-ServicePrincipal",
        {
          AppId: "3a7c5b21-6d4e-4f8f-a0b1-c2d3e4f5a603",
          ObjectId: "4b8d6c32-7e5f-4a90-b1c2-d3e4f5a6b704",
          DisplayName: "Holder",
        },
      ],
      ...["One", "Two"].map((Name) => scope(Name)),
    ],
    values: { CustomResourceScope: ["One", "Two"] },
  },
  InboundConnector: {
    base: { Name: "In", ConnectorType: "OnPremises", SenderDomains: ["contoso.com"] },
    along: {
      RestrictDomainsToCertificate: { TlsSenderCertificateName: "mail.contoso.com" },
      RestrictDomainsToIPAddresses: { SenderIPAddresses: ["192.0.2.1"] },
      ConnectorType: { CloudServicesMailEnabled: false },
    },
    values: { SenderIPAddresses: [["192.0.2.1"], ["192.0.2.2", "198.51.100.0/24"]] },
  },
  OutboundConnector: {
    base: {
      Name: "Out",
      ConnectorType: "OnPremises",
      UseMXRecord: true,
      RecipientDomains: ["siu.contoso.com"],
    },
    along: {
      SmartHosts: { UseMXRecord: false },
      UseMXRecord: { SmartHosts: null },
      TlsDomain: { TlsSettings: "DomainValidation" },
      ConnectorType: { CloudServicesMailEnabled: false },
    },
    values: {
      UseMXRecord: [true, true],
      TlsSettings: ["EncryptionOnly", "CertificateValidation"],
      SmartHosts: [["B.example", "a.example"], ["c.example"]],
    },
  },
  SendConnector: {
    base: {
      Name: "Send",
      AddressSpaces: ["contoso.example"],
      SmartHosts: ["relay.contoso.com"],
      DNSRoutingEnabled: false,
      RequireTLS: true,
      Enabled: true,
    },
    values: {
      AddressSpaces: [["*"], ["SMTP:Fabrikam.com;5", "a.example"]],
      SmartHosts: [["192.0.2.1"], ["Other.example", "192.0.2.2"]],
      DNSRoutingEnabled: [false, false],
    },
    along: { IgnoreSTARTTLS: { RequireTLS: false } },
  },
  ReceiveConnector: {
    base: {
      Name: "Receive",
      TransportRole: "FrontendTransport",
      Bindings: ["0.0.0.0:4525"],
      RemoteIPRanges: ["192.0.2.1"],
      PermissionGroups: ["AnonymousUsers"],
      AuthMechanism: ["Tls"],
      Enabled: true,
    },
    values: {
      Bindings: [["0.0.0.0:4526"], ["192.0.2.9:4525", "0.0.0.0:4527"]],
      RemoteIPRanges: [["192.0.2.2"], ["192.0.2.3", "198.51.100.0/24"]],
      PermissionGroups: [["ExchangeServers"], ["AnonymousUsers", "ExchangeUsers"]],
      AuthMechanism: [["Tls"], ["Tls", "Integrated"]],
      TlsDomainCapabilities: [
        "relay.example:AcceptCloudServicesMail",
        "other.example:AcceptCloudServicesMail",
      ],
    },
  },
  RemoteDomain: { base: { Name: "Remote", DomainName: "siu.contoso.com", TNEFEnabled: false } },
  JournalRule: {
    base: { Name: "Journal", JournalEmailAddress: "journal@siu.contoso.com", Enabled: true },
    needs: [["Set-TransportConfig", { JournalingReportNdrTo: "anna.weber@contoso.com" }]],
    values: {
      JournalEmailAddress: ["Journal@siu.contoso.com", "other@siu.contoso.com"],
      Recipient: ["anna.weber@contoso.com", "ben.fischer@contoso.com"],
    },
  },
  RetentionPolicyTag: {
    base: {
      Name: "Tag",
      Type: "All",
      RetentionEnabled: true,
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: "3.00:00:00",
    },
    values: {
      RetentionAction: ["DeleteAndAllowRecovery", "PermanentlyDelete"],
      AgeLimitForRetention: ["4.00:00:00", "30.00:00:00"],
    },
  },
  RetentionPolicy: {
    base: { Name: "Policy", RetentionPolicyTagLinks: ["One"] },
    needs: ["One", "Two"].map((Name) => tag(Name)),
    values: { RetentionPolicyTagLinks: [["one"], ["Two", "One"]] },
  },
  IntakeMailbox: {
    base: {
      Name: "Copies",
      DisplayName: "Copies",
      Shared: true,
      PrimarySmtpAddress: "copies@contoso.com",
      HiddenFromAddressListsEnabled: true,
    },
  },
  DistributionGroup: {
    base: {
      Name: "Senders",
      DisplayName: "Senders",
      PrimarySmtpAddress: "senders@contoso.com",
      MemberJoinRestriction: "Closed",
      MemberDepartRestriction: "Closed",
      HiddenFromAddressListsEnabled: true,
    },
  },
  TransportRule: {
    base: { Name: "Rule", PrependSubject: "[x] ", Enabled: true },
    needs: ["One", "Two"].map((Name) => [
      "New-OutboundConnector",
      { Name, UseMXRecord: true, IsTransportRuleScoped: true },
    ]),
    values: {
      ...each(people, ["Anna.Weber@contoso.com"], ["ben.fischer@CONTOSO.com", "guest@partner.example"]),
      ...each(groups, ["Signatures@contoso.com"], ["board@contoso.com", "sales@contoso.com"]),
      ...each(addressees, ["guest@partner.example"], ["anna.weber@contoso.com", "x@partner.example"]),
      ...each(
        excepted(
          "SenderADAttributeContainsWords SenderADAttributeMatchesPatterns RecipientADAttributeContainsWords RecipientADAttributeMatchesPatterns",
        ),
        ["City:Berlin,Köln"],
        ["Department:Sales", "City:Oslo"],
      ),
      ...each(excepted("SenderIpRanges"), ["192.0.2.1"], ["192.0.2.2", "198.51.100.0/24"]),
      ...each(excepted("RecipientInSenderList SenderInRecipientList"), ["List one"], ["List two"]),
      ...each(excepted("ADComparisonAttribute"), "Department", "City"),
      ...each(excepted("HeaderContainsMessageHeader HeaderMatchesMessageHeader"), "X-One", "X-Two"),
      GenerateIncidentReport: ["anna.weber@contoso.com", "ben.fischer@contoso.com"],
      IncidentReportContent: [["Sender"], ["Sender", "Subject"]],
      RejectMessageEnhancedStatusCode: ["5.7.1", "5.7.900"],
      SmtpRejectMessageRejectStatusCode: ["550", "551"],
      SetHeaderName: ["X-One", "X-Two"],
      RemoveHeader: ["X-One", "X-Two"],
      RouteMessageOutboundConnector: ["One", "Two"],
      NotifySender: ["NotifyOnly", "RejectMessage"],
    },
    along: {
      SetHeaderName: { SetHeaderValue: "v" },
      SetHeaderValue: { SetHeaderName: "X-One" },
      ApplyHtmlDisclaimerLocation: { ApplyHtmlDisclaimerText: "t" },
      ApplyHtmlDisclaimerFallbackAction: { ApplyHtmlDisclaimerText: "t" },
      IncidentReportContent: { GenerateIncidentReport: "anna.weber@contoso.com" },
      NotifySender: { RejectMessageReasonText: "no" },
      ...conditions({
        ADComparisonAttribute: { ADComparisonOperator: "Equal" },
        ADComparisonOperator: { ADComparisonAttribute: "City" },
        HeaderContainsMessageHeader: { HeaderContainsWords: ["w"] },
        HeaderContainsWords: { HeaderContainsMessageHeader: "X-One" },
        HeaderMatchesMessageHeader: { HeaderMatchesPatterns: ["p"] },
        HeaderMatchesPatterns: { HeaderMatchesMessageHeader: "X-One" },
      }),
    },
  },
};
