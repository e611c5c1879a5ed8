import util from "node:util";
import {
  BasePropertySet,
  ConflictResolutionMode,
  ConnectingIdType,
  EmailMessage,
  EmailMessageSchema,
  ExchangeService,
  ExchangeVersion,
  ImpersonatedUserId,
  ItemView,
  MessageBody,
  PropertySet,
  SearchFilter,
  Uri,
  WebCredentials,
  WellKnownFolderName,
} from "ews-javascript-api";
import { escape } from "../../emulator/escape.ts";
import type { PeerAccess, Update } from "./run.ts";

// The library still calls what Node 23 took out of its util module.
Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });

/** As the documentation of ews-javascript-api shows: find, bind, change, update, load. */
export function ewsUpdate({ ews, serviceAccount }: PeerAccess): Update {
  const whole = new PropertySet(BasePropertySet.FirstClassProperties);
  return async (mailbox, messageId, html) => {
    const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
    service.Url = new Uri(ews);
    service.Credentials = new WebCredentials(serviceAccount.upn, serviceAccount.password);
    service.ImpersonatedUserId = new ImpersonatedUserId(ConnectingIdType.SmtpAddress, mailbox);
    // The library writes values as they are.
    const wanted = new SearchFilter.IsEqualTo(EmailMessageSchema.InternetMessageId, escape(messageId));
    const { Items: items } = await service.FindItems(WellKnownFolderName.SentItems, wanted, new ItemView(1));
    const [found] = items;
    if (!found) throw new Error(`${messageId} is not in Sent Items.`);
    const message = await EmailMessage.Bind(service, found.Id, whole);
    message.Body = new MessageBody(escape(html));
    await message.Update(ConflictResolutionMode.AutoResolve);
    const after = await EmailMessage.Bind(service, found.Id, whole);
    return after.Body.Text;
  };
}
