/** Operations of Exchange Web Services ([MS-OXWS*]) that a client may ask for, whether or not this server does them. */
const names = `AddDelegate ApplyConversationAction ConvertId CopyFolder CreateFolder CreateManagedFolder CreateUserConfiguration
  DeleteFolder DeleteUserConfiguration EmptyFolder ExportItems FindConversation FindMessageTrackingReport FindPeople
  GetClientAccessToken GetConversationItems GetDelegate GetEvents GetHoldOnMailboxes GetInboxRules GetMailTips
  GetPasswordExpirationDate GetPersona GetReminders GetRoomLists GetRooms GetSearchableMailboxes GetServerTimeZones
  GetServiceConfiguration GetSharingFolder GetSharingMetadata GetStreamingEvents GetUserAvailabilityRequest GetUserConfiguration
  GetUserOofSettingsRequest GetUserPhoto GetUserRetentionPolicyTags MarkAllItemsAsRead MarkAsJunk MoveFolder
  PerformInstantSearch PerformReminderAction PlayOnPhone RefreshSharingFolder RemoveDelegate SearchMailboxes SendItem
  SetHoldOnMailboxes SetUserOofSettingsRequest SetUserPhoto Subscribe SyncFolderHierarchy SyncFolderItems Unsubscribe
  UpdateDelegate UpdateFolder UpdateInboxRules UpdateItemInRecoverableItems UpdateUserConfiguration UploadItems`;
const known = new Set(names.split(/\s+/));

export function knownOperation(name: string): boolean {
  return known.has(name);
}
