/** Parameters of the cmdlets for message traces; see notation.ts. */
export const traceSignatures = `
Get-MessageTrace @online
text: FromIP ProbeTag ToIP
number: Page PageSize
date: EndDate StartDate
guid: MessageTraceId
list: MessageId RecipientAddress SenderAddress Status
Get-MessageTraceV2 @online
text: FromIP StartingRecipientAddress Subject SubjectFilterType ToIP
number: ResultSize
date: EndDate StartDate
guid: MessageTraceId
list: MessageId RecipientAddress SenderAddress Status
Get-MessageTraceDetail @online
text: MessageId ProbeTag RecipientAddress! SenderAddress
number: Page PageSize
date: EndDate StartDate
guid: MessageTraceId!
list: Action Event
Get-MessageTraceDetailV2 @online
text: MessageId RecipientAddress! SenderAddress
date: EndDate StartDate
guid: MessageTraceId!
list: Action Event
Get-MessageTrackingLog @onPremises
text: DomainController EventId InternalMessageId MessageId MessageSubject NetworkMessageId Reference Sender Server
  Source TransportTrafficType
size: ResultSize
date: End Start
list: Recipients
`;
