import { isDynamic } from "../members.ts";
import type { Recipient, Side } from "../store.ts";

type Reader = (recipient: Recipient) => unknown;

function other(name: string): Reader {
  return ({ other }) => other[name] ?? null;
}

const userReaders: Record<string, Reader> = {
  businessPhones: () => [],
  displayName: ({ displayName }) => displayName,
  givenName: other("FirstName"),
  jobTitle: other("Title"),
  mail: ({ primarySmtpAddress }) => primarySmtpAddress,
  mobilePhone: other("MobilePhone"),
  officeLocation: other("Office"),
  preferredLanguage: () => null,
  surname: other("LastName"),
  userPrincipalName: ({ userPrincipalName }) => userPrincipalName,
  id: ({ guid }) => guid,
};
const userExtras: Record<string, Reader> = {
  accountEnabled: ({ disabled }) => disabled !== true,
  companyName: other("Company"),
  department: other("Department"),
  createdDateTime: other("WhenCreatedUTC"),
  mailNickname: ({ alias }) => alias,
  proxyAddresses: ({ emailAddresses }) => emailAddresses,
  showInAddressList: ({ hiddenFromAddressLists }) => !hiddenFromAddressLists,
  userType: () => "Member",
};
const groupReaders: Record<string, Reader> = {
  id: ({ guid }) => guid,
  createdDateTime: other("WhenCreatedUTC"),
  deletedDateTime: () => null,
  description: other("Notes"),
  displayName: ({ displayName }) => displayName,
  groupTypes: () => [],
  mail: ({ primarySmtpAddress }) => primarySmtpAddress,
  mailEnabled: () => true,
  mailNickname: ({ alias }) => alias,
  proxyAddresses: ({ emailAddresses }) => emailAddresses,
  securityEnabled: ({ other }) => other["RecipientTypeDetails"] === "MailUniversalSecurityGroup",
  visibility: () => null,
};

/** One type of directory object: what it is answered with, and what may be selected. */
export interface Kind {
  type: string;
  usual: readonly string[];
  readers: ReadonlyMap<string, Reader>;
}

function kind(type: string, usual: Record<string, Reader>, extras: Record<string, Reader> = {}): Kind {
  return { type, usual: Object.keys(usual), readers: new Map(Object.entries({ ...usual, ...extras })) };
}

export const user = kind("microsoft.graph.user", userReaders, userExtras);
export const group = kind("microsoft.graph.group", groupReaders);
const contact = kind("microsoft.graph.orgContact", {
  id: ({ guid }) => guid,
  displayName: ({ displayName }) => displayName,
  mail: ({ primarySmtpAddress }) => primarySmtpAddress,
});

/** What a recipient is in the directory. */
export function kindOf({ members, userPrincipalName }: Recipient): Kind {
  if (members) return group;
  return userPrincipalName === undefined ? contact : user;
}

/** Directory objects of a kind. Groups with a filter exist in Exchange alone. */
export function objectsOf(side: Side, wanted: Kind): Recipient[] {
  return [...side.recipients.values()].filter((each) => kindOf(each) === wanted && !isDynamic(each));
}

/** A directory object as Graph answers it; `typed` tells its type, where a list may hold several. */
export function objectBody(
  recipient: Recipient,
  select: readonly string[] | undefined,
  typed = false,
): Record<string, unknown> {
  const { type, usual, readers } = kindOf(recipient);
  const names = select ?? usual;
  return {
    ...(typed ? { "@odata.type": `#${type}` } : {}),
    ...Object.fromEntries(names.map((name) => [name, readers.get(name)?.(recipient)])),
  };
}
