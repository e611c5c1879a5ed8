import { element, type Element } from "./xml.ts";

/** Response codes that this server gives, each with Exchange's usual text. */
const texts = {
  ErrorAccessDenied: "Access is denied. Check credentials and try again.",
  ErrorAttachmentNestLevelLimitExceeded: "The attachment lies too deep within other attachments.",
  ErrorAttachmentSizeLimitExceeded: "The attachment exceeds the size limit.",
  ErrorCalendarEndDateIsEarlierThanStartDate: "EndDate is earlier than StartDate.",
  ErrorCalendarFolderIsInvalidForCalendarView: "The calendar view is for calendar folders only.",
  ErrorCalendarViewRangeTooBig: "The calendar view spans more than two years.",
  ErrorCannotEmptyFolder: "The folder cannot be emptied.",
  ErrorCannotSetCalendarPermissionOnNonCalendarFolder:
    "Calendar permissions cannot be set on a folder that is no calendar.",
  ErrorCannotSetNonCalendarPermissionOnCalendarFolder: "A calendar takes calendar permissions only.",
  ErrorCannotSetPermissionUnknownEntries: "Unknown entries of a permission set cannot be set.",
  ErrorCannotSpecifySearchFolderAsSourceFolder: "A search folder cannot be the source folder.",
  ErrorCannotUseFolderIdForItemId: "Id must be an item id, not a folder id.",
  ErrorCannotUseItemIdForFolderId: "Id must be a folder id, not an item id.",
  ErrorChangeKeyRequiredForWriteOperations: "A valid change key must be provided for this operation.",
  ErrorCorruptData: "The data is corrupt.",
  ErrorCrossMailboxMoveCopy: "Items and folders are not moved or copied from one mailbox to another.",
  ErrorDeleteDistinguishedFolder: "Distinguished folders cannot be deleted.",
  ErrorDuplicateInputFolderNames: "Duplicate folder names were specified.",
  ErrorDuplicateUserIdsSpecified: "A user was specified more than once.",
  ErrorEmailAddressMismatch: "The search folder and the folders that it searches must be in one mailbox.",
  ErrorEventNotFound: "The watermark used for creating this subscription was not found.",
  ErrorExceededConnectionCount:
    "You have exceeded the available concurrent connections for your account.  Try again once your other requests have completed.",
  ErrorExceededSubscriptionCount:
    "You have exceeded the available subscriptions for your account.  Remove unnecessary subscriptions and try your request again.",
  ErrorExpiredSubscription: "Subscription information is not available. Subscription is expired.",
  ErrorFolderExists: "A folder with the specified name already exists.",
  ErrorFolderNotFound: "The specified folder could not be found in the store.",
  ErrorFolderSavePropertyError: "The folder could not be saved: a property is missing or invalid.",
  ErrorImpersonateUserDenied: "The account does not have permission to impersonate the requested user.",
  ErrorIncorrectSchemaVersion:
    "The request is valid but does not specify the correct server version in the RequestServerVersion SOAP header. Ensure that the RequestServerVersion SOAP header is set with the correct RequestServerVersionValue.",
  ErrorIncorrectUpdatePropertyCount:
    "An object within a change description must contain one and only one property to modify.",
  ErrorInternalServerError: "An internal server error occurred. The operation failed.",
  ErrorInvalidArgument: "The argument is invalid.",
  ErrorInvalidAttachmentId: "The attachment could not be found.",
  ErrorInvalidChangeKey: "The change key is invalid.",
  ErrorInvalidExcludesRestriction:
    "The specified value for the bitmask of the Excludes restriction is invalid.",
  ErrorInvalidExchangeImpersonationHeaderData:
    "ExchangeImpersonation SOAP header must have exactly one type of user identity.",
  ErrorInvalidExtendedProperty: "Extended property attribute combination is invalid.",
  ErrorInvalidExtendedPropertyValue: "The property value does not fit the type of the extended property.",
  ErrorInvalidFolderTypeForOperation: "The folder type is invalid for the requested operation.",
  ErrorInvalidFractionalPagingParameters: "The specified fractional paging parameters are invalid.",
  ErrorInvalidId: "The specified Id is invalid.",
  ErrorInvalidIdEmpty: "Id must be non-empty.",
  ErrorInvalidIdMalformed: "Id is malformed.",
  ErrorInvalidIdMalformedEwsLegacyIdFormat: "Id is malformed for the format EwsLegacyId.",
  ErrorInvalidIdNotAnItemAttachmentId: "The Id is of an attachment that is no item.",
  ErrorInvalidIndexedPagingParameters: "The specified indexed paging parameters are invalid.",
  ErrorInvalidItemForOperationCreateItemAttachment: "An item of this type cannot be attached.",
  ErrorInvalidItemForOperationSendItem: "The SendItem operation does not support items of this type.",
  ErrorInvalidOperation: "The requested operation is invalid.",
  ErrorInvalidPagingMaxRows: "The specified maximum number of rows is invalid.",
  ErrorInvalidParentFolder: "The parent folder cannot have subfolders.",
  ErrorInvalidPropertyAppend: "Append action is not supported for this property.",
  ErrorInvalidPropertyDelete: "Delete action is not supported for this property.",
  ErrorInvalidPropertyForOperation: "The property is not valid for this operation.",
  ErrorInvalidPropertyRequest: "Property is not valid for this object type.",
  ErrorInvalidPropertySet: "Set action is invalid for property.",
  ErrorInvalidPropertyUpdateSentMessage: "Update operation is invalid for property of a sent message.",
  ErrorInvalidPullSubscriptionId: "SubscriptionId is invalid. Subscription is not a pull subscription.",
  ErrorInvalidPushSubscriptionUrl: "URL specified for push subscription is invalid.",
  ErrorInvalidRecipients: "At least one recipient is not valid.",
  ErrorInvalidRequest: "The request is invalid.",
  ErrorInvalidRetentionTagIdGuid: "The retention tag is not one of this organization.",
  ErrorInvalidRetentionTagInheritance: "A retention tag can be given to an item only explicitly.",
  ErrorInvalidRetentionTagTypeMismatch: "The retention tag is of another type.",
  ErrorInvalidSendItemSaveSettings: "SavedItemFolderId cannot be specified when SaveItemToFolder is false.",
  ErrorInvalidServerVersion: "The specified server version is invalid.",
  ErrorInvalidSubscription: "Subscription is invalid.",
  ErrorInvalidSubscriptionRequest:
    "A subscription can only be established on a single public folder or on folders from a single mailbox.",
  ErrorInvalidSyncStateData: "Synchronization state data is corrupt or otherwise invalid.",
  ErrorInvalidUserInfo:
    "The user information is invalid: no such account, or its parts do not fit each other.",
  ErrorInvalidUserPrincipalName: "The user principal name (UPN) does not exist.",
  ErrorInvalidUserSid: "The specified security identifier (SID) is invalid.",
  ErrorInvalidValueForProperty: "The specified value is invalid for property.",
  ErrorInvalidWatermark: "The watermark is invalid.",
  ErrorIrresolvableConflict:
    "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
  ErrorItemNotFound: "The specified object was not found in the store.",
  ErrorManagedFolderAlreadyExists: "The managed folder already exists in the mailbox.",
  ErrorManagedFolderNotFound: "The managed folder was not found.",
  ErrorMessageDispositionRequired: "The MessageDisposition attribute must be specified for messages.",
  ErrorMimeContentInvalidBase64String: "The MIME content contains an invalid Base64 string.",
  ErrorMissedNotificationEvents:
    "The subscription has missed events, but will continue service on this connection.",
  ErrorMissingEmailAddress:
    "When making a request as an account that does not have a mailbox, you must specify the mailbox primary SMTP address for any distinguished folder Ids.",
  ErrorMissingItemForCreateItemAttachment: "An item attachment must have an item.",
  ErrorMissingInformationEmailAddress: "The email address was not specified.",
  ErrorMissingRecipients: "At least one recipient must be specified.",
  ErrorMissingUserIdInformation: "Neither SID nor primary SMTP address of the user was specified.",
  ErrorMoveCopyFailed: "The move or copy operation failed.",
  ErrorMoveDistinguishedFolder: "Distinguished folders cannot be moved.",
  ErrorNameResolutionMultipleResults: "Multiple results were found.",
  ErrorNameResolutionNoMailbox: "User must have a mailbox for name resolution operations.",
  ErrorNameResolutionNoResults: "No results were found.",
  ErrorNewEventStreamConnectionOpened: "Another connection was opened against this subscription.",
  ErrorNoFolderClassOverride: "The folder class cannot be overridden.",
  ErrorNonExistentMailbox: "The SMTP address has no mailbox associated with it.",
  ErrorNonPrimarySmtpAddress: "The primary SMTP address must be specified when referencing a mailbox.",
  ErrorNoPropertyTagForCustomProperties: "Property tags of 0x8000 and above cannot be used.",
  ErrorObjectTypeChanged:
    "Set action is invalid for property: the item class does not fit the type of the item.",
  ErrorParentFolderNotFound: "The parent folder could not be found.",
  ErrorReadReceiptNotPending: "The message does not have a read receipt pending.",
  ErrorSavedItemFolderNotFound: "The folder to save the item in could not be found.",
  ErrorSchemaValidation: "The request failed schema validation.",
  ErrorSendAsDenied:
    "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.",
  ErrorServerBusy: "The server cannot service this request right now. Try again later.",
  ErrorSubscriptionAccessDenied: "Access is denied. Only the subscription owner may access the subscription.",
  ErrorSubscriptionDelegateAccessNotSupported: "Subscriptions are not supported for delegate user access.",
  ErrorSubscriptionNotFound: "The specified subscription was not found.",
  ErrorSubscriptionUnsubscribed:
    "The StreamingSubscription was unsubscribed while the current connection was servicing it.",
  ErrorSyncFolderNotFound: "The folder to be synchronized could not be found.",
  ErrorTimeZone: "The specified time zone is not valid.",
  ErrorToFolderNotFound: "The destination folder could not be found.",
  ErrorUnsupportedMapiPropertyType: "The MAPI property type is not supported.",
  ErrorUnsupportedPathForQuery: "The property can not be used with this type of restriction.",
  ErrorUnsupportedPathForSortGroup: "The property can not be used for sorting or grouping.",
  ErrorUpdatePropertyMismatch: "The property that was supplied does not match the property path.",
} as const;

export type ResponseCode = keyof typeof texts;

/** What EWS answers instead of doing as asked: an error message of one item, or a SOAP fault outside of any. */
export class EwsError extends Error {
  readonly code: ResponseCode;
  /** `t:Value` elements of MessageXml, by name. */
  readonly values: Record<string, string>;

  constructor(code: ResponseCode, message: string = texts[code], values: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.values = values;
  }
}

/** The request lacks or misspells what the schema demands. */
export function schemaError(detail: string): EwsError {
  return new EwsError("ErrorSchemaValidation", `The request failed schema validation: ${detail}`);
}

/** MessageXml of an error, where it has any. */
export function messageXml(error: EwsError, prefix: "m" | "t"): Element | undefined {
  const values = Object.entries(error.values).map(([Name, value]) => element("t:Value", { Name }, value));
  return values.length > 0 ? element(`${prefix}:MessageXml`, {}, ...values) : undefined;
}
