import { BlockList, isIPv6 } from "node:net";
import { isInternal } from "./directory.ts";
import type { Facts } from "./facts.ts";
import {
  anyOf,
  bySender,
  bytes,
  domains,
  members,
  patterns,
  people,
  words,
  type MessageTest,
  type Scene,
} from "./matchers.ts";
import { text } from "./rows.ts";

const header = (facts: Facts, { rule }: Scene, name: string, companion: string): string[] => {
  const named = text(rule, name.replace(/(Patterns|Words)$/, companion));
  return named === undefined ? [] : facts.header(named);
};
const organization = (facts: Facts, name: string): string | undefined =>
  facts.header(`X-MS-Exchange-Organization-${name}`)[0];
const attachedText = (facts: Facts): string[] => facts.attached.flatMap(({ text: found }) => found ?? []);

/** Conditions that hold for a message as a whole, by parameter. */
export const messageTests: Record<string, MessageTest> = {
  From: bySender(people),
  FromMemberOf: bySender(members),
  FromAddressContainsWords: bySender(words),
  // Tested against the address without brackets, so that `<>` finds nothing: not even the null sender, which has no address.
  FromAddressMatchesPatterns: bySender(patterns),
  SenderDomainIs: bySender(domains),
  FromScope: (scene, [scope]) => {
    const inside = (facts: Facts): boolean =>
      facts.authenticated && scene.senders(facts).some((sender) => isInternal(scene.directory, sender));
    return (facts) => inside(facts) === (scope === "InOrganization");
  },
  SenderIpRanges: (_scene, values) => {
    const list = new BlockList();
    for (const each of values) addRange(list, each);
    return ({ client }) => client !== undefined && list.check(client, isIPv6(client) ? "ipv6" : "ipv4");
  },
  HeaderMatchesPatterns: (scene, values, name) => (facts) =>
    header(facts, scene, name, "MessageHeader").some(patterns(scene, values)),
  HeaderContainsWords: (scene, values, name) => (facts) =>
    header(facts, scene, name, "MessageHeader").some(words(scene, values)),
  SubjectContainsWords: anyOf(({ subject }) => [subject], words),
  SubjectMatchesPatterns: anyOf(({ subject }) => [subject], patterns),
  SubjectOrBodyContainsWords: anyOf(({ subject, body }) => [subject, body], words),
  SubjectOrBodyMatchesPatterns: anyOf(({ subject, body }) => [subject, body], patterns),
  ContentCharacterSetContainsWords: anyOf(({ charsets }) => charsets, words),
  MessageTypeMatches:
    (_scene, [type]) =>
    (facts) =>
      [...facts.types].some((each) => each === type),
  WithImportance:
    (_scene, [importance]) =>
    (facts) =>
      facts.importance === importance,
  MessageSizeOver:
    (_scene, [size = ""]) =>
    (facts) =>
      facts.size > bytes(size),
  SCLOver:
    (_scene, [level]) =>
    (facts) =>
      Number(organization(facts, "SCL") ?? Number.NaN) >= Number(level),
  HasClassification:
    (_scene, [classification = ""]) =>
    (facts) =>
      organization(facts, "Classification")?.toLowerCase() === classification.toLowerCase(),
  HasNoClassification: () => (facts) => organization(facts, "Classification") === undefined,
  HasSenderOverride: () => (facts) => organization(facts, "Dlp-SenderOverrideJustification") !== undefined,
  AnyOfRecipientAddressContainsWords: anyOf(({ recipients }) => recipients, words),
  AnyOfRecipientAddressMatchesPatterns: anyOf(({ recipients }) => recipients, patterns),
  AnyOfToHeader: anyOf(({ to }) => to, people),
  AnyOfCcHeader: anyOf(({ cc }) => cc, people),
  AnyOfToCcHeader: anyOf(({ to, cc }) => [...to, ...cc], people),
  AnyOfToHeaderMemberOf: anyOf(({ to }) => to, members),
  AnyOfCcHeaderMemberOf: anyOf(({ cc }) => cc, members),
  AnyOfToCcHeaderMemberOf: anyOf(({ to, cc }) => [...to, ...cc], members),
  AttachmentNameMatchesPatterns: anyOf(({ attachments }) => attachments, patterns),
  AttachmentExtensionMatchesWords: anyOf(
    ({ attachments }) => attachments.map((name) => name.slice(name.lastIndexOf(".") + 1)),
    words,
  ),
  AttachmentContainsWords: anyOf(attachedText, words),
  AttachmentMatchesPatterns: anyOf(attachedText, patterns),
  AttachmentSizeOver:
    (_scene, [size = ""]) =>
    (facts) =>
      facts.attached.some((each) => each.size > bytes(size)),
  AttachmentHasExecutableContent: () => (facts) => facts.attached.some(({ executable }) => executable),
  AttachmentIsPasswordProtected: () => (facts) => facts.attached.some(({ locked }) => locked),
  AttachmentIsUnsupported: () => (facts) => facts.attached.some(({ unsupported }) => unsupported),
};

/** `10.0.0.1`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`. @throws Error for what is none of these */
export function addRange(list: BlockList, range: string): void {
  const family = range.includes(":") ? "ipv6" : "ipv4";
  const [start = "", end] = range.split("-");
  const [net = "", bits] = start.split("/");
  if (end !== undefined) list.addRange(net.trim(), end.trim(), family);
  else if (bits === undefined) list.addAddress(net.trim(), family);
  else list.addSubnet(net.trim(), Number(bits), family);
}
