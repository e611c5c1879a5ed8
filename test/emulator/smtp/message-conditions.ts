import { isInternal } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { boundsOf, closest } from "./ip-ranges.ts";
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
const namesOfAttached = ({ attached }: Facts): string[] =>
  attached.map(({ name }) => name).filter((name) => name !== "");
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
    const ranges = values.map(boundsOf);
    return ({ client }) => client !== undefined && closest(ranges, client) !== undefined;
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
  AttachmentNameMatchesPatterns: anyOf(namesOfAttached, patterns),
  AttachmentExtensionMatchesWords: anyOf(
    (facts) => namesOfAttached(facts).map((name) => name.slice(name.lastIndexOf(".") + 1)),
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
