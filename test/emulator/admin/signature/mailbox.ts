/** Parameters of the cmdlets for mailboxes; see notation.ts. */
export const mailboxSignatures = `
New-Mailbox Set-Mailbox
text: Alias DisplayName DomainController@onPremises ImmutableId MailboxRegion@online RoleAssignmentPolicy
oneOf: SendModerationNotifications(Always|Internal|Never)
flag: ModerationEnabled
switch: Confirm Force WhatIf
list: ModeratedBy
Get-Mailbox default=Identity
text: Anr{AnrSet} Database@onPremises{DatabaseSet} DomainController@onPremises Filter Identity{Identity}
  MailboxPlan@online{MailboxPlanSet} OrganizationalUnit Server@onPremises{ServerSet} SortBy
switch: Arbitration@onPremises{AnrSet,DatabaseSet,Identity,ServerSet} Archive
  AuditLog@onPremises{AnrSet,DatabaseSet,Identity,ServerSet}
  AuxAuditLog@onPremises{AnrSet,DatabaseSet,Identity,ServerSet} GroupMailbox IgnoreDefaultScope@onPremises
  InactiveMailboxOnly@online{AnrSet,Identity,MailboxPlanSet}
  IncludeAcceptMessagesOnlyFromDLMembersWithDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeAcceptMessagesOnlyFromSendersOrMembersWithDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeAcceptMessagesOnlyFromWithDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeEmailAddressDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeForwardingAddressWithDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeGrantSendOnBehalfToWithDisplayNames@online{Identity,AnrSet,MailboxPlanSet}
  IncludeInactiveMailbox@online{AnrSet,Identity,MailboxPlanSet} Migration
  Monitoring@onPremises{AnrSet,DatabaseSet,Identity,ServerSet} PublicFolder
  ReadFromDomainController@onPremises{AnrSet,DatabaseSet,Identity,ServerSet}
  RemoteArchive@onPremises{AnrSet,DatabaseSet,Identity,ServerSet}
  SoftDeletedMailbox@online{AnrSet,Identity,MailboxPlanSet}
  SupervisoryReviewPolicy@onPremises{AnrSet,DatabaseSet,Identity,ServerSet}
size: ResultSize
credential: Credential@onPremises{AnrSet,DatabaseSet,Identity,ServerSet}
list: RecipientTypeDetails
New-Mailbox default=User
text: ActiveSyncMailboxPolicy AddressBookPolicy@onPremises ArbitrationMailbox@onPremises ArchiveDatabase@onPremises
  ArchiveDomain!@onPremises{RemoteArchive} Database@onPremises
  FederatedIdentity!@online{FederatedUser,MicrosoftOnlineServicesFederatedUser} FirstName
  InactiveMailbox@online{InactiveMailbox!,User} Initials LastName
  LinkedDomainController!@onPremises{Linked,LinkedRoomMailbox}
  LinkedMasterAccount!@onPremises{Linked,LinkedRoomMailbox}
  MailboxPlan@online{User,MicrosoftOnlineServicesID,DisabledUser,FederatedUser,InactiveMailbox,MicrosoftOnlineServicesFederatedUser,RemoteArchive,RemovedMailbox}
  MicrosoftOnlineServicesID@online{MicrosoftOnlineServicesFederatedUser!,EnableRoomMailboxAccount,MicrosoftOnlineServicesID!}
  Name! Office{LinkedRoomMailbox,Room} OrganizationalUnit Phone{LinkedRoomMailbox,Room} PrimarySmtpAddress
  ProxyEmailAddress@online{Arbitration} RemovedMailbox!@online{RemovedMailbox} RetentionPolicy@onPremises
  SamAccountName@onPremises SharingPolicy@onPremises ThrottlingPolicy@onPremises
  UserPrincipalName@onPremises{User!,Arbitration,AuditLog!,RemoteArchive!,AuxAuditLog,DisabledUser,Discovery,EnableRoomMailboxAccount,Equipment,Linked,LinkedRoomMailbox,Migration,Room,Shared,SupervisoryReviewPolicyMailbox}
flag: EnableRoomMailboxAccount!{EnableRoomMailboxAccount} IsExcludedFromServingHierarchy{PublicFolder}
  RemotePowerShellEnabled ResetPasswordOnNextLogon
switch: AccountDisabled!@onPremises{DisabledUser} Arbitration!@onPremises{Arbitration,Migration} Archive
  AuditLog!@onPremises{AuditLog} AuxAuditLog!@onPremises{AuxAuditLog} Discovery!{Discovery}
  Equipment!{Equipment} HoldForMigration{PublicFolder} LinkedRoom!@onPremises{LinkedRoomMailbox}
  Migration!{Migration} PublicFolder!{PublicFolder} RemoteArchive@onPremises{RemoteArchive}
  Room!{EnableRoomMailboxAccount,Room} Shared!{Shared}
  SupervisoryReviewPolicy!@onPremises{SupervisoryReviewPolicyMailbox} TargetAllMDBs@online
number: ResourceCapacity{Room}
secret: Password{User!,MicrosoftOnlineServicesID!,RemoteArchive!,Arbitration,DisabledUser,Discovery,Equipment,InactiveMailbox,Linked,LinkedRoomMailbox,Migration,RemovedMailbox,Room,Shared}
  RoomMailboxPassword{EnableRoomMailboxAccount}
credential: LinkedCredential@onPremises{Linked,LinkedRoomMailbox}
Set-Mailbox default=Identity
text: AddressBookPolicy ArbitrationMailbox@onPremises{Identity} ArchiveDatabase@onPremises{Identity}
  ArchiveDomain@onPremises{Identity} ArchiveStatus@onPremises{Identity} CustomAttribute1 CustomAttribute10
  CustomAttribute11 CustomAttribute12 CustomAttribute13 CustomAttribute14 CustomAttribute15 CustomAttribute2
  CustomAttribute3 CustomAttribute4 CustomAttribute5 CustomAttribute6 CustomAttribute7 CustomAttribute8
  CustomAttribute9 DataEncryptionPolicy@online Database@onPremises{Identity} DefaultPublicFolderMailbox
  EnforcedTimestamps@online{ExcludeFromAllOrgHolds,ExcludeFromOrgHolds,IsExchangeCloudManaged,RecalculateInactiveMailbox,RemoveDelayHoldApplied,RemoveDelayReleaseHoldApplied,RemoveDisabledArchive,RemoveOrphanedHolds}
  ForwardingAddress ForwardingSmtpAddress GroupMailbox@online Identity! JournalArchiveAddress@online
  LinkedDomainController@onPremises{Identity} LinkedMasterAccount@onPremises{Identity} LitigationHoldOwner
  MailTip MicrosoftOnlineServicesID@online Name Office OfflineAddressBook@onPremises{Identity}
  PrimarySmtpAddress@onPremises{Identity} QueryBaseDN@onPremises{Identity}
  RemoteRecipientType@onPremises{Identity} RetentionComment RetentionPolicy RetentionUrl
  SamAccountName@onPremises{Identity} SecondaryAddress@onPremises SecondaryDialPlan@onPremises SharingPolicy
  SimpleDisplayName ThrottlingPolicy@onPremises{Identity} UniqueRecipientsCountLimitLevel@online
  UserPrincipalName@onPremises{Identity} WindowsEmailAddress
oneOf: ExternalOofOptions(External|InternalOnly) Type(Equipment|Regular|Room|Shared|Workspace|Desk)
flag: AccountDisabled AntispamBypassEnabled@onPremises{Identity} AuditEnabled AutoArchivingEnabled@online
  CalendarRepairDisabled CalendarVersionStoreDisabled ClientExtensions@onPremises{Identity}
  CreateDTMFMap@onPremises DeliverToMailboxAndForward DisableThrottling@onPremises{Identity}
  DowngradeHighPriorityMessagesEnabled@onPremises{Identity} ElcProcessingDisabled@online
  EmailAddressPolicyEnabled@onPremises{Identity} EnableRoomMailboxAccount GMGen@onPremises{Identity}
  HiddenFromAddressListsEnabled ImListMigrationCompleted@onPremises
  IsExchangeCloudManaged!@online{IsExchangeCloudManaged} IsExcludedFromServingHierarchy
  IsHierarchyReady@onPremises{Identity} IsHierarchySyncEnabled@onPremises{Identity} LitigationHoldEnabled
  Management@onPremises{Identity} MessageCopyForSMTPClientSubmissionEnabled@online
  MessageCopyForSendOnBehalfEnabled MessageCopyForSentAsEnabled MessageRecallProcessingEnabled
  MessageTracking@onPremises{Identity} MessageTrackingReadStatusEnabled Migration@onPremises{Identity}
  OABGen@onPremises{Identity} OMEncryption@onPremises{Identity} OMEncryptionStore@onPremises{Identity}
  PstProvider@onPremises{Identity} RequireSenderAuthenticationEnabled
  ResetPasswordOnNextLogon@onPremises{Identity} RetainDeletedItemsUntilBackup@onPremises{Identity}
  RetentionHoldEnabled SCLDeleteEnabled@onPremises{Identity} SCLJunkEnabled@onPremises{Identity}
  SCLQuarantineEnabled@onPremises{Identity} SCLRejectEnabled@onPremises{Identity} SchedulerAssistant@online
  SingleItemRecoveryEnabled UMDataStorage@onPremises{Identity} UMGrammar@onPremises{Identity}
  UniqueUnrestrictedGroupsLimitEnabled@online UseDatabaseQuotaDefaults UseDatabaseRetentionDefaults
switch: ApplyMandatoryProperties Arbitration@onPremises{Identity} AuditLog@onPremises{Identity}
  AuxAuditLog@onPremises{Identity} ClearThrottlingPolicyAssignment@online
  ExcludeFromAllHolds!@online{ExcludeFromAllHolds} ExcludeFromAllOrgHolds@online{ExcludeFromAllOrgHolds}
  IgnoreDefaultScope@onPremises{Identity} InactiveMailbox@online
  ProvideConsent@online{ProvideConsent,RemoveComplianceTagHoldApplied} ProvisionedForOfficeGraph@online
  PublicFolder RecalculateInactiveMailbox!@online{RecalculateInactiveMailbox}
  RemoveComplianceTagHoldApplied!@online{RemoveComplianceTagHoldApplied}
  RemoveDelayHoldApplied!@online{RemoveDelayHoldApplied}
  RemoveDelayReleaseHoldApplied!@online{RemoveDelayReleaseHoldApplied}
  RemoveDisabledArchive!@online{RemoveDisabledArchive} RemoveMailboxProvisioningConstraint@online
  RemoveManagedFolderAndPolicy@onPremises{Identity} RemovePicture@onPremises{Identity}
  RemoveSpokenName@onPremises{Identity} SkipDualWrite@onPremises{Identity} UpdateEnforcedTimestamp@online
number: DumpsterMessagesPerFolderCountReceiveQuota@onPremises{Identity}
  DumpsterMessagesPerFolderCountWarningQuota@onPremises{Identity}
  ExtendedPropertiesCountQuota@onPremises{Identity}
  FolderHierarchyChildrenCountReceiveQuota@onPremises{Identity}
  FolderHierarchyChildrenCountWarningQuota@onPremises{Identity}
  FolderHierarchyDepthReceiveQuota@onPremises{Identity} FolderHierarchyDepthWarningQuota@onPremises{Identity}
  FoldersCountReceiveQuota@onPremises{Identity} FoldersCountWarningQuota@onPremises{Identity}
  MailboxMessagesPerFolderCountReceiveQuota@onPremises{Identity}
  MailboxMessagesPerFolderCountWarningQuota@onPremises{Identity} MaxBlockedSenders@onPremises{Identity}
  MaxSafeSenders@onPremises{Identity} ResourceCapacity SCLDeleteThreshold@onPremises{Identity}
  SCLJunkThreshold@onPremises{Identity} SCLQuarantineThreshold@onPremises{Identity}
  SCLRejectThreshold@onPremises{Identity} SystemMessageSizeShutoffQuota@onPremises{Identity}
  SystemMessageSizeWarningQuota@onPremises{Identity}
size: RecipientLimits{Identity}
bytes: ArchiveQuota@onPremises{Identity} ArchiveWarningQuota@onPremises{Identity}
  CalendarLoggingQuota@onPremises{Identity} IssueWarningQuota MaxReceiveSize MaxSendSize ProhibitSendQuota
  ProhibitSendReceiveQuota RecoverableItemsQuota@onPremises{Identity}
  RecoverableItemsWarningQuota@onPremises{Identity} RulesQuota
duration: AuditLogAgeLimit LitigationHoldDuration RetainDeletedItemsFor
date: EndDateForRetentionHold LitigationHoldDate StartDateForRetentionHold StsRefreshTokensValidFrom
secret: NewPassword@onPremises{Identity} OldPassword@onPremises{Identity} Password RoomMailboxPassword
credential: LinkedCredential@onPremises{Identity}
list: AcceptMessagesOnlyFrom AcceptMessagesOnlyFromDLMembers AcceptMessagesOnlyFromSendersOrMembers ArchiveName
  AttributesToClear@onPremises{Identity} AuditAdmin AuditDelegate AuditOwner
  BypassModerationFromSendersOrMembers DefaultAuditSet@online EmailAddressDisplayNames@online EmailAddresses
  ExcludeFromOrgHolds@online{ExcludeFromOrgHolds} ExtensionCustomAttribute1 ExtensionCustomAttribute2
  ExtensionCustomAttribute3 ExtensionCustomAttribute4 ExtensionCustomAttribute5 GrantSendOnBehalfTo Languages
  MailTipTranslations NonCompliantDevices@online RejectMessagesFrom RejectMessagesFromDLMembers
  RejectMessagesFromSendersOrMembers RemoveOrphanedHolds@online{RemoveOrphanedHolds} ResourceCustom
  UMDtmfMap@onPremises UserCertificate UserSMimeCertificate
Remove-Mailbox default=Identity
text: Database!@onPremises{StoreMailboxIdentity} DomainController@onPremises Identity!{Identity,Default}
  StoreMailboxIdentity!@onPremises{StoreMailboxIdentity}
flag: Permanent@onPremises{Identity}
switch: Arbitration@onPremises{StoreMailboxIdentity,Identity} AuditLog@onPremises{StoreMailboxIdentity,Identity}
  AuxAuditLog@onPremises{StoreMailboxIdentity,Identity} Confirm Force
  IgnoreDefaultScope@onPremises{StoreMailboxIdentity,Identity}
  IgnoreLegalHold@onPremises{Identity,StoreMailboxIdentity} Migration PermanentlyDelete@online{Default}
  PublicFolder RemoveArbitrationMailboxWithOABsAllowed@onPremises{StoreMailboxIdentity,Identity}
  RemoveCNFPublicFolderMailboxPermanently@online{Default}
  RemoveLastArbitrationMailboxAllowed@onPremises{StoreMailboxIdentity,Identity}
  SupervisoryReviewPolicy@onPremises{Identity,StoreMailboxIdentity} WhatIf
Enable-Mailbox default=User
text: ActiveSyncMailboxPolicy@onPremises AddressBookPolicy@onPremises{User} Alias@onPremises
  ArchiveDatabase@onPremises{Archive} ArchiveDomain!@onPremises{RemoteArchive} Database@onPremises
  DisplayName@onPremises DomainController@onPremises Identity!
  LinkedDomainController!@onPremises{LinkedRoomMailbox,Linked}
  LinkedMasterAccount!@onPremises{LinkedRoomMailbox,Linked} PrimarySmtpAddress@onPremises
  RetentionPolicy@onPremises RoleAssignmentPolicy
switch: Arbitration!@onPremises{Arbitration} Archive{Archive} AuditLog@onPremises{AuditLog}
  AutoExpandingArchive@online{AutoExpandingArchive} Confirm Discovery!@onPremises{Discovery}
  Equipment!@onPremises{Equipment} Force HoldForMigration@onPremises{PublicFolder}
  LinkedRoom!@onPremises{LinkedRoomMailbox} PublicFolder!@onPremises{PublicFolder}
  RemoteArchive@onPremises{RemoteArchive} Room!@onPremises{Room} Shared!@onPremises{Shared} WhatIf
guid: ArchiveGuid@onPremises{Archive}
credential: LinkedCredential@onPremises{LinkedRoomMailbox,Linked}
list: ArchiveName{Archive}
Disable-Mailbox default=Identity
text: DomainController@onPremises Identity!
switch: Arbitration@onPremises{Arbitration} Archive{Archive} Confirm
  DisableArbitrationMailboxWithOABsAllowed@onPremises{Arbitration}
  DisableLastArbitrationMailboxAllowed@onPremises{Arbitration} IgnoreDefaultScope@onPremises
  IgnoreLegalHold@onPremises PermanentlyDisable@online{Archive} PublicFolder@onPremises{PublicFolder}
  RemoteArchive@onPremises{RemoteArchive} WhatIf
`;
