/** Parameters of the cmdlets for recipients of every kind; see notation.ts. */
export const recipientsSignatures = `
Get-User default=Identity
text: Anr{AnrSet} DomainController@onPremises Filter Identity{Identity} OrganizationalUnit Sortby
switch: Arbitration@onPremises AuditLog@onPremises AuxAuditLog@onPremises IgnoreDefaultScope@onPremises
  IncludeDirectReportsWithDisplayNames@online{Identity,AnrSet}
  IncludeManagerWithDisplayName@online{Identity,AnrSet} IsVIP@online PublicFolder
  ReadFromDomainController@onPremises SupervisoryReviewPolicy@onPremises
size: ResultSize
credential: Credential@onPremises
list: RecipientTypeDetails
Set-User
text: AllowUMCallsFromNonUsers@onPremises AssistantName AuthenticationPolicy City Company CountryOrRegion Department
  DesiredWorkloads@online DisplayName DomainController@onPremises Fax FirstName GeoCoordinates HomePhone
  Identity! Initials LastName LinkedDomainController@onPremises LinkedMasterAccount@onPremises
  MailboxRegion@online MailboxRegionSuffix@online ManagedOnboardingType@online Manager MobilePhone Name Notes
  Office Pager Phone PhoneticDisplayName PostalCode SamAccountName@onPremises SimpleDisplayName StateOrProvince
  StreetAddress TelephoneAssistant@onPremises Title UserPrincipalName@onPremises WebPage WindowsEmailAddress
flag: BlockCloudCache@online CanHaveCloudCache@online CreateDTMFMap@onPremises EXOModuleEnabled@online
  IsShadowMailbox@online RemotePowerShellEnabled ResetPasswordOnNextLogon VIP@online
switch: Arbitration@onPremises ClearDataEncryptionPolicy@online Confirm Force@online IgnoreDefaultScope@onPremises
  PermanentlyClearPreviousMailboxInfo PublicFolder RemoveMailboxProvisioningConstraint@online
  SkipDualWrite@onPremises WhatIf
number: SeniorityIndex
date: StsRefreshTokensValidFrom@online
credential: LinkedCredential@onPremises
list: CertificateSubject@onPremises OtherFax OtherHomePhone OtherTelephone PostOfficeBox UMCallingLineIds@onPremises
  UMDtmfMap@onPremises
Get-Recipient default=Identity
text: Anr{AnrSet} AuthenticationType@online{AnrSet,Identity,RecipientPreviewFilterSet} BookmarkDisplayName{Identity}
  Database@onPremises{DatabaseSet} DomainController@onPremises Filter Identity{Identity} OrganizationalUnit
  PropertySet RecipientPreviewFilter{RecipientPreviewFilterSet} SortBy
flag: IncludeBookmarkObject{Identity}
switch: IgnoreDefaultScope@onPremises IncludeManagerWithDisplayName@online{Identity,AnrSet,RecipientPreviewFilterSet}
  IncludeSoftDeletedRecipients ReadFromDomainController@onPremises
size: ResultSize
credential: Credential@onPremises
list: Capabilities@online{AnrSet,Identity,RecipientPreviewFilterSet} Properties RecipientType RecipientTypeDetails
Get-EXOMailbox @online default=Identity
text: Anr{Anr} Filter Identity{Identity} MailboxPlan OrganizationalUnit PrimarySmtpAddress{Identity}
  UserPrincipalName{Identity}
switch: Archive Async GroupMailbox InactiveMailboxOnly IncludeInactiveMailbox Migration PublicFolder
  SoftDeletedMailbox
size: ResultSize
guid: ExternalDirectoryObjectId{Identity}
list: Properties PropertySets RecipientTypeDetails
Get-EXORecipient @online default=Identity
text: Anr{Anr} Filter Identity{Identity} OrganizationalUnit PrimarySmtpAddress{Identity} RecipientPreviewFilter
  UserPrincipalName{Identity}
switch: IncludeSoftDeletedRecipients
size: ResultSize
guid: ExternalDirectoryObjectId{Identity}
list: Properties PropertySets RecipientType RecipientTypeDetails
`;
