/** Parameters of the cmdlets for rights; see notation.ts. */
export const accessSignatures = `
Get-ManagementRoleAssignment default=Identity
text: ConfigWriteScope CustomConfigWriteScope@onPremises CustomRecipientWriteScope DomainController@onPremises
  ExclusiveConfigWriteScope@onPremises ExclusiveRecipientWriteScope Identity{Identity}
  RecipientAdministrativeUnitScope RecipientGroupScope@online RecipientOrganizationalUnitScope
  RecipientWriteScope RoleAssigneeType RoleAssignee{RoleAssignee} Role{RoleAssignee} WritableDatabase@onPremises
  WritableRecipient WritableServer@onPremises
flag: Delegating Enabled Exclusive
switch: GetEffectiveUsers
list: AssignmentMethod{RoleAssignee}
New-ManagementRoleAssignment
text: App!@online{App} Computer!@onPremises{Computer}
  CustomConfigWriteScope@onPremises{Computer,Policy,SecurityGroup,User}
  CustomRecipientWriteScope{Computer,Policy,SecurityGroup,User} CustomResourceScope@online{App}
  DomainController@onPremises ExclusiveConfigWriteScope@onPremises{Computer,Policy,SecurityGroup,User}
  ExclusiveRecipientWriteScope{Computer,Policy,SecurityGroup,User} Name Policy!{Policy}
  RecipientAdministrativeUnitScope RecipientGroupScope@online
  RecipientOrganizationalUnitScope{Computer,Policy,SecurityGroup,User}
  RecipientRelativeWriteScope{Computer,Policy,SecurityGroup,User} Role! SecurityGroup!{SecurityGroup}
  User!{User}
switch: Confirm Delegating{SecurityGroup,User,App} Force@online
  UnScopedTopLevel@onPremises{Computer,Policy,SecurityGroup,User} WhatIf
Set-ManagementRoleAssignment
text: CustomConfigWriteScope@onPremises{RelativeRecipientWriteScope,CustomRecipientWriteScope,RecipientOrganizationalUnitScope}
  CustomRecipientWriteScope{CustomRecipientWriteScope} CustomResourceScope@online{App}
  DomainController@onPremises ExclusiveConfigWriteScope@onPremises{ExclusiveScope}
  ExclusiveRecipientWriteScope{ExclusiveScope} Identity!
  RecipientAdministrativeUnitScope!{RecipientAdministrativeUnitScope}
  RecipientGroupScope!@online{RecipientGroupScope}
  RecipientOrganizationalUnitScope{RecipientOrganizationalUnitScope}
  RecipientRelativeWriteScope{RelativeRecipientWriteScope}
flag: Enabled
switch: Confirm Force@online WhatIf
Remove-ManagementRoleAssignment
text: DomainController@onPremises Identity!
switch: Confirm Force@online WhatIf
New-ManagementScope Set-ManagementScope
text: DatabaseRestrictionFilter!@onPremises{DatabaseFilter} DomainController@onPremises
  RecipientRoot{RecipientFilter} ServerRestrictionFilter!@onPremises{ServerFilter}
switch: Confirm WhatIf
Get-ManagementScope
text: DomainController@onPremises Identity
flag: Exclusive
switch: Orphan
New-ManagementScope default=RecipientFilter
text: Name! RecipientRestrictionFilter!{RecipientFilter}
switch: Exclusive{DatabaseList,DatabaseFilter,RecipientFilter,ServerList,ServerFilter}
  Force{DatabaseList,DatabaseFilter,RecipientFilter,ServerList,ServerFilter}
list: DatabaseList!@onPremises{DatabaseList} ServerList!@onPremises{ServerList}
Set-ManagementScope
text: Identity! Name RecipientRestrictionFilter{RecipientFilter}
switch: Force@online
Remove-ManagementScope
text: DomainController@onPremises Identity!
switch: Confirm Force@online WhatIf
Get-ManagementRole default=Identity
text: Cmdlet{Identity} DomainController@onPremises Identity{GetChildren!,Recurse!,Identity,Script} RoleType
  Script{Script}
switch: GetChildren!{GetChildren} Recurse!{Recurse}
list: CmdletParameters{Identity} ScriptParameters{Script}
Get-ServicePrincipal @online
text: Identity Organization
New-ServicePrincipal @online
text: AppId! DisplayName ObjectId ServiceId
switch: Confirm WhatIf
Set-ServicePrincipal @online
text: DisplayName Identity!
flag: OverrideEnforceExoAppRbacPermissions
switch: Confirm WhatIf
Remove-ServicePrincipal @online
text: Identity!
switch: Confirm WhatIf
Test-ServicePrincipalAuthorization @online
text: Identity! Resource
switch: Confirm WhatIf
Get-ApplicationAccessPolicy @online
text: Identity
New-ApplicationAccessPolicy @online
text: Description PolicyScopeGroupID!
oneOf: AccessRight!(RestrictAccess|DenyAccess)
switch: Confirm WhatIf
list: AppId!
Set-ApplicationAccessPolicy @online
text: Description! Identity!
switch: Confirm WhatIf
Remove-ApplicationAccessPolicy @online
text: Identity!
switch: Confirm WhatIf
Test-ApplicationAccessPolicy @online
text: AppId! Identity!
New-RoleGroup Set-RoleGroup
text: Description DisplayName DomainController@onPremises LinkedDomainController!@onPremises{CrossForest}
  LinkedForeignGroup!@onPremises{CrossForest} WellKnownObject@online{Default}
switch: Confirm WhatIf
credential: LinkedCredential@onPremises{CrossForest}
list: ManagedBy
Get-RoleGroup
text: DomainController@onPremises Filter Identity SortBy
switch: ReadFromDomainController@onPremises ShowPartnerLinked
size: ResultSize
New-RoleGroup default=Default
text: CustomConfigWriteScope@onPremises CustomRecipientWriteScope Name! RecipientOrganizationalUnitScope@onPremises
  SamAccountName@onPremises
switch: Force@online
list: Members Roles
Set-RoleGroup default=Default
text: Identity! Name
switch: BypassSecurityGroupManagerCheck Force@online{Default}
Remove-RoleGroup
text: DomainController@onPremises Identity!
switch: BypassSecurityGroupManagerCheck Confirm Force@online WhatIf
Add-RoleGroupMember
text: DomainController@onPremises Identity! Member!
switch: BypassSecurityGroupManagerCheck Confirm WhatIf
Get-RoleGroupMember
text: DomainController@onPremises Identity!
switch: ReadFromDomainController@onPremises
size: ResultSize
Remove-RoleGroupMember
text: DomainController@onPremises Identity! Member!
switch: BypassSecurityGroupManagerCheck Confirm WhatIf
Update-RoleGroupMember
text: DomainController@onPremises Identity!
switch: BypassSecurityGroupManagerCheck Confirm WhatIf
list: Members
`;
