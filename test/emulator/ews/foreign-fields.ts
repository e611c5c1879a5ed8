/** Properties of items that are no messages, by the schema's prefix. */
const names = {
  calendar: `AdjacentMeetingCount AdjacentMeetings AllowNewTimeProposal AppointmentReplyTime
    AppointmentSequenceNumber AppointmentState CalendarItemType ConferenceType ConflictingMeetingCount
    ConflictingMeetings DateTimeStamp DeletedOccurrences Duration End EndTimeZone EndTimeZoneId EndWallClock
    EnhancedLocation FirstOccurrence InboxReminders IsAllDayEvent IsCancelled IsMeeting IsOnlineMeeting
    IsOrganizer IsRecurring IsResponseRequested JoinOnlineMeetingUrl LastOccurrence LegacyFreeBusyStatus
    Location MeetingRequestWasSent MeetingTimeZone MeetingWorkspaceUrl ModifiedOccurrences MyResponseType
    NetShowUrl OnlineMeetingSettings OptionalAttendees Organizer OriginalStart Recurrence RecurrenceId
    RequiredAttendees Resources Start StartTimeZone StartTimeZoneId StartWallClock TimeZone UID When`,
  meeting: `AssociatedCalendarItemId HasBeenProcessed IsDelegated IsOutOfDate ProposedEnd ProposedStart ResponseType`,
  meetingRequest: `ChangeHighlights IntendedFreeBusyStatus MeetingRequestType`,
  task: `ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState
    Delegator DueDate IsAssignmentEditable IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete
    Recurrence StartDate Status StatusDescription TotalWork`,
  contacts: `AbchContactId AbchEmailAddresses AccountName Alias AssistantName Birthday BusinessHomePage Children Cid
    Comment Companies CompanyName CompleteName ContactShortId ContactSource ContactType CreatedBy Culture
    Department DirectReports DirectoryId DisplayName EmailAddress EmailAddresses FileAs FileAsMapping Gender
    Generation GivenName HasPicture HidePresenceAndProfile ImAddress ImAddresses ImMri Initials InviteFree
    IsAutoUpdateDisabled IsHidden IsMessengerEnabled IsPendingOutbound IsPrivate JobTitle
    MSExchangeCertificate Manager ManagerMailbox MiddleName Mileage MobileIMEnabled Mris Nickname
    NotInBirthdayCalendar Notes ObjectId OfficeLocation OtherMri PartnerNetworkProfilePhotoUrl
    PartnerNetworkThumbnailPhotoUrl PassportId PhoneNumber PhoneNumbers PhoneticFirstName PhoneticFullName
    PhoneticLastName Photo PhysicalAddress:City PhysicalAddress:CountryOrRegion PhysicalAddress:PostalCode
    PhysicalAddress:State PhysicalAddress:Street PhysicalAddresses PostalAddressIndex PresenceTrustLevel
    Profession ProfileLastChanged ShellContactType SkypeAuthCertificate SkypeContext SkypeId
    SkypeRelationship SourceId SpouseName SupportGroupFeeds Surname TrustLevel UnifiedInbox Urls
    UserSMIMECertificate UserTileHash WeddingAnniversary Wlid XboxLiveTag YomiNickname
    contacts:ConversationGuid`,
  distributionlist: `Members Members:Member`,
  postitem: `PostedTime`,
};

/**
 * Field URIs of appointments, contacts, tasks and the like. Clients ask for them in folders of all kinds; a message simply has none
 * of them.
 */
export const foreignFields: ReadonlySet<string> = new Set(
  Object.entries(names).flatMap(([prefix, list]) => list.split(/\s+/).map((name) => `${prefix}:${name}`)),
);
