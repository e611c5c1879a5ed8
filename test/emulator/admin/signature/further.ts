/** Parameters of cmdlets that a deployment meets besides those of the tables beside this one; see notation.ts. */
export const furtherSignatures = `
Get-RemoteDomain
text: DomainController@onPremises Identity
size: ResultSize@online
New-RemoteDomain
text: DomainController@onPremises DomainName! Name!
switch: Confirm WhatIf
Set-RemoteDomain
text: CharacterSet DomainController@onPremises Identity! Name NonMimeCharacterSet
oneOf: AllowedOOFType(External|ExternalLegacy|InternalLegacy|None)
  ByteEncoderTypeFor7BitCharsets(Use7Bit|UseQP|UseBase64|UseQPHtmlDetectTextPlain|UseBase64HtmlDetectTextPlain|UseQPHtml7BitTextPlain|UseBase64Html7BitTextPlain|Undefined)
  ContentType(MimeHtmlText|MimeText|MimeHtml)
  PreferredInternetCodePageForShiftJis(50220|50221|50222|Undefined)
flag: AutoForwardEnabled AutoReplyEnabled DeliveryReportEnabled DisplaySenderName IsInternal MeetingForwardNotificationEnabled
  NDRDiagnosticInfoEnabled@onPremises NDREnabled TNEFEnabled TargetDeliveryDomain TrustedMailInboundEnabled
  TrustedMailOutboundEnabled UseSimpleDisplayName
switch: Confirm WhatIf
number: MessageCountThreshold@onPremises RequiredCharsetCoverage
size: LineWrapSize
Remove-RemoteDomain
text: DomainController@onPremises Identity!
switch: Confirm WhatIf
New-AcceptedDomain @onPremises
text: DomainController DomainName! Name!
oneOf: DomainType(Authoritative|InternalRelay|ExternalRelay)
flag: MatchSubDomains
switch: Confirm WhatIf
Set-AcceptedDomain
text: CatchAllRecipientID@onPremises DomainController@onPremises Identity! Name@onPremises
oneOf: DomainType(Authoritative|InternalRelay|ExternalRelay)
flag: AddressBookEnabled@onPremises CanHaveCloudCache@online EnableNego2Authentication@online MakeDefault@onPremises
  MatchSubDomains OutboundOnly@online PendingCompletion@online PendingRemoval@online SendingFromDomainDisabled@online
  SendingToDomainDisabled@online
switch: Confirm WhatIf
Remove-AcceptedDomain @onPremises
text: DomainController Identity!
switch: Confirm WhatIf
New-DynamicDistributionGroup default=PrecannedFilter
text: Alias ArbitrationMailbox@onPremises DisplayName DomainController@onPremises
  ExternalDirectoryObjectId@online Name! Organization@onPremises OrganizationalUnit PrimarySmtpAddress
  RecipientContainer RecipientFilter!{CustomFilter}
oneOf: SendModerationNotifications(Always|Internal|Never)
flags: IncludedRecipients!(None|MailboxUsers|Resources|MailContacts|MailGroups|MailUsers|AllRecipients){PrecannedFilter}
flag: ModerationEnabled
switch: Confirm WhatIf
list: ConditionalCompany{PrecannedFilter} ConditionalDepartment{PrecannedFilter}
  ConditionalStateOrProvince{PrecannedFilter} ConditionalCustomAttribute1{PrecannedFilter}
  ConditionalCustomAttribute15{PrecannedFilter} ModeratedBy
Set-DynamicDistributionGroup
text: Alias DisplayName DomainController@onPremises Identity! MailTip ManagedBy Name Notes PhoneticDisplayName
  PrimarySmtpAddress RecipientContainer RecipientFilter SimpleDisplayName WindowsEmailAddress CustomAttribute1
  CustomAttribute2 CustomAttribute3 CustomAttribute4 CustomAttribute5 CustomAttribute6 CustomAttribute7 CustomAttribute8
  CustomAttribute9 CustomAttribute10 CustomAttribute11 CustomAttribute12 CustomAttribute13 CustomAttribute14
  CustomAttribute15
oneOf: SendModerationNotifications(Always|Internal|Never)
flags: IncludedRecipients(None|MailboxUsers|Resources|MailContacts|MailGroups|MailUsers|AllRecipients)
flag: HiddenFromAddressListsEnabled ModerationEnabled ReportToManagerEnabled ReportToOriginatorEnabled
  RequireSenderAuthenticationEnabled SendOofMessageToOriginatorEnabled
switch: Confirm ForceMembershipRefresh@online IgnoreDefaultScope@onPremises UpdateMemberCount@online WhatIf
list: AcceptMessagesOnlyFrom AcceptMessagesOnlyFromSendersOrMembers BypassModerationFromSendersOrMembers
  ConditionalCompany ConditionalDepartment ConditionalStateOrProvince ConditionalCustomAttribute1
  ConditionalCustomAttribute15 EmailAddresses GrantSendOnBehalfTo MailTipTranslations ModeratedBy
  RejectMessagesFromSendersOrMembers
Remove-DynamicDistributionGroup
text: DomainController@onPremises Identity!
switch: Confirm Force@online IgnoreDefaultScope@onPremises WhatIf
Get-MailboxPermission
text: DomainController@onPremises Identity! User
switch: GroupMailbox@online IncludeSoftDeletedUserPermissions@online IncludeUnresolvedPermissions@online Owner
  ReadFromDomainController@onPremises SoftDeletedMailbox@online UseCustomRouting@online
size: ResultSize
Add-MailboxPermission Remove-MailboxPermission
text: DomainController@onPremises Identity! User!
oneOf: InheritanceType(None|All|Descendents|SelfAndChildren|Children)
flags: AccessRights!(ChangeOwner|ChangePermission|DeleteItem|ExternalAccount|FullAccess|ReadPermission)
switch: Confirm Deny GroupMailbox@online IgnoreDefaultScope@onPremises WhatIf
Add-MailboxPermission
flag: AutoMapping
Get-MailboxFolderPermission
text: DomainController@onPremises Identity! User
switch: GroupMailbox@online UseCustomRouting@online
size: ResultSize@online
Add-MailboxFolderPermission Set-MailboxFolderPermission Remove-MailboxFolderPermission
text: DomainController@onPremises Identity! User!
flag: SendNotificationToUser@online
switch: Confirm WhatIf
Add-MailboxFolderPermission Set-MailboxFolderPermission
flags: AccessRights!(None|Owner|PublishingEditor|Editor|PublishingAuthor|Author|NonEditingAuthor|Reviewer|Contributor|AvailabilityOnly|LimitedDetails|ReadItems|CreateItems|EditOwnedItems|DeleteOwnedItems|EditAllItems|DeleteAllItems|CreateSubfolders|FolderOwner|FolderContact|FolderVisible)
Remove-MailboxFolderPermission
switch: ResetDelegateUserCollection@online UseCustomRouting@online
Get-RecipientPermission @online
text: Identity Trustee
list: AccessRights
switch: ReadFromDomainController
size: ResultSize
Add-RecipientPermission Remove-RecipientPermission @online
text: Identity! Trustee!
flags: AccessRights!(SendAs)
switch: Confirm SkipDomainValidationForMailContact SkipDomainValidationForMailUser SkipDomainValidationForSharedMailbox WhatIf
Get-RetentionPolicy
text: DomainController@onPremises Identity
New-RetentionPolicy
text: DomainController@onPremises Name!
guid: RetentionId
list: RetentionPolicyTagLinks
switch: Confirm IsDefault@online IsDefaultArbitrationMailbox@online WhatIf
Set-RetentionPolicy
text: DomainController@onPremises Identity! Name
guid: RetentionId
list: RetentionPolicyTagLinks
switch: Confirm Force IsDefault@online IsDefaultArbitrationMailbox@online WhatIf
Remove-RetentionPolicy
text: DomainController@onPremises Identity!
switch: Confirm Force WhatIf
Get-RetentionPolicyTag
text: DomainController@onPremises Identity Mailbox
list: Types
switch: IncludeSystemTags OptionalInMailbox
New-RetentionPolicyTag Set-RetentionPolicyTag
text: Comment DomainController@onPremises
oneOf: RetentionAction(MoveToDeletedItems|MoveToFolder|DeleteAndAllowRecovery|PermanentlyDelete|MarkAsPastRetentionLimit|MoveToArchive)
flag: MustDisplayCommentEnabled RetentionEnabled SystemTag
guid: RetentionId
duration: AgeLimitForRetention
list: LocalizedComment LocalizedRetentionPolicyTagName
switch: Confirm WhatIf
New-RetentionPolicyTag
text: Name!
oneOf: Type(All|Calendar|Contacts|DeletedItems|Drafts|Inbox|Journal|JunkEmail|Notes|Outbox|Personal|RecoverableItems|RssSubscriptions|SentItems|SyncIssues|Tasks|ConversationHistory)
Set-RetentionPolicyTag
text: Identity! Name
switch: Force
Remove-RetentionPolicyTag
text: DomainController@onPremises Identity!
switch: Confirm Force WhatIf
Get-CASMailbox
text: Anr DomainController@onPremises Filter Identity OrganizationalUnit SortBy
credential: Credential@onPremises
size: ResultSize
switch: GetImapProtocolLog@onPremises GetPopProtocolLog@onPremises IgnoreDefaultScope@onPremises Monitoring@onPremises
  ProtocolSettings ReadFromDomainController@onPremises SendLogsTo@onPremises
Set-CASMailbox
text: ActiveSyncMailboxPolicy DisplayName@onPremises DomainController@onPremises Identity! OwaMailboxPolicy
oneOf: EwsApplicationAccessPolicy(EnforceAllowList|EnforceBlockList)
flag: ActiveSyncEnabled ECPEnabled@onPremises EwsAllowEntourage EwsAllowMacOutlook EwsAllowOutlook EwsEnabled
  HasActiveSyncDevicePartnership ImapEnabled MAPIEnabled MapiHttpEnabled OneWinNativeOutlookEnabled@online
  OutlookMobileEnabled@online OWAEnabled OWAforDevicesEnabled PopEnabled SmtpClientAuthenticationDisabled@online
  UniversalOutlookEnabled
list: EwsAllowList EwsBlockList
switch: Confirm IgnoreDefaultScope@onPremises WhatIf
Enable-OrganizationCustomization @online
switch: Confirm WhatIf
Get-HybridConfiguration @onPremises
text: DomainController Identity
New-ManagementRole
text: Description DomainController@onPremises Name! Parent!
list: EnabledCmdlets@online
switch: Confirm Force@online WhatIf
Remove-ManagementRole
text: DomainController@onPremises Identity!
switch: Confirm Force@online Recurse UnScopedTopLevel@onPremises WhatIf
Get-ManagementRoleEntry
text: DomainController@onPremises Identity! PSSnapinName
list: Parameters Type
size: ResultSize@online
Set-ManagementRoleEntry
text: DomainController@onPremises Identity!
list: Parameters
switch: AddParameter Confirm Force@online RemoveParameter WhatIf
Add-ManagementRoleEntry
text: DomainController@onPremises Identity!
list: Parameters
switch: Confirm Force@online Overwrite WhatIf
Remove-ManagementRoleEntry
text: DomainController@onPremises Identity!
switch: Confirm Force@online WhatIf
`;
