import type { Row } from "../store.ts";
import { domainOf } from "./addresses.ts";
import { isInternal, type Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { list, text } from "./rows.ts";

/** A condition is about the message, or about one recipient (and then forks the message). */
export interface Predicates {
  message: (facts: Facts) => boolean;
  recipient: (address: string) => boolean;
}

interface Scene {
  rule: Row;
  directory: Directory;
  senders: (facts: Facts) => string[];
}

type MessageTest = (scene: Scene, values: string[], name: string) => (facts: Facts) => boolean;
type RecipientTest = (scene: Scene, values: string[], name: string) => (address: string) => boolean;

const bySender =
  (test: (scene: Scene, values: string[]) => (sender: string, facts: Facts) => boolean): MessageTest =>
  (scene, values) => {
    const matches = test(scene, values);
    return (facts) => scene.senders(facts).some((sender) => matches(sender, facts));
  };
const anyOf =
  (
    pick: (facts: Facts) => string[],
    test: (scene: Scene, values: string[]) => (value: string) => boolean,
  ): MessageTest =>
  (scene, values) => {
    const matches = test(scene, values);
    return (facts) => pick(facts).some(matches);
  };

const words = (_scene: Scene, values: string[]): ((value: string) => boolean) => {
  const expressions = values.map((word) => {
    const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, "iu");
  });
  return (value) => expressions.some((each) => each.test(value));
};
const patterns = (_scene: Scene, values: string[]): ((value: string) => boolean) => {
  const expressions = values.map((pattern) => new RegExp(pattern, "i"));
  return (value) => expressions.some((each) => each.test(value));
};
const people = ({ directory }: Scene, values: string[]): ((address: string) => boolean) => {
  const wanted = new Set(values.map((each) => directory.resolve(each)?.guid ?? each.toLowerCase()));
  return (address) => wanted.has(directory.find(address)?.guid ?? address);
};
const members = ({ directory }: Scene, values: string[]): ((address: string) => boolean) => {
  const wanted = new Set<string>();
  for (const each of values) {
    const group = directory.resolve(each);
    // Exchange opens nested groups for its rules, unlike the MemberOfGroup filter of a management scope.
    for (const guid of group ? directory.membersOf(group) : []) wanted.add(guid);
  }
  return (address) => wanted.has(directory.find(address)?.guid ?? "");
};
const domains = (_scene: Scene, values: string[]): ((address: string) => boolean) => {
  const wanted = values.map((each) => each.toLowerCase());
  return (address) =>
    wanted.some((each) => domainOf(address) === each || domainOf(address).endsWith(`.${each}`));
};
const headers = (facts: Facts, { rule }: Scene, name: string, companion: string): string[] => {
  const header = text(rule, name.replace(/(Patterns|Words)$/, companion));
  return header === undefined ? [] : facts.header(header);
};

const messageTests: Record<string, MessageTest> = {
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
  HeaderMatchesPatterns: (scene, values, name) => (facts) =>
    headers(facts, scene, name, "MessageHeader").some(patterns(scene, values)),
  HeaderContainsWords: (scene, values, name) => (facts) =>
    headers(facts, scene, name, "MessageHeader").some(words(scene, values)),
  SubjectContainsWords: anyOf(({ subject }) => [subject], words),
  SubjectMatchesPatterns: anyOf(({ subject }) => [subject], patterns),
  SubjectOrBodyContainsWords: anyOf(({ subject, body }) => [subject, body], words),
  SubjectOrBodyMatchesPatterns: anyOf(({ subject, body }) => [subject, body], patterns),
  MessageTypeMatches:
    (_scene, [type]) =>
    (facts) =>
      [...facts.types].some((each) => each === type),
  WithImportance:
    (_scene, [importance]) =>
    (facts) =>
      facts.importance === importance,
  MessageSizeOver:
    (_scene, [size]) =>
    (facts) =>
      facts.size > bytes(size ?? ""),
  AttachmentNameMatchesPatterns: anyOf(({ attachments }) => attachments, patterns),
  AttachmentExtensionMatchesWords: anyOf(
    ({ attachments }) => attachments.map((name) => name.slice(name.lastIndexOf(".") + 1)),
    words,
  ),
  AnyOfToHeader: anyOf(({ to }) => to, people),
  AnyOfCcHeader: anyOf(({ cc }) => cc, people),
  AnyOfToCcHeader: anyOf(({ to, cc }) => [...to, ...cc], people),
  AnyOfToHeaderMemberOf: anyOf(({ to }) => to, members),
  AnyOfCcHeaderMemberOf: anyOf(({ cc }) => cc, members),
  AnyOfToCcHeaderMemberOf: anyOf(({ to, cc }) => [...to, ...cc], members),
};

const recipientTests: Record<string, RecipientTest> = {
  SentTo: people,
  SentToMemberOf: members,
  RecipientAddressContainsWords: words,
  RecipientAddressMatchesPatterns: patterns,
  RecipientDomainIs: domains,
  SentToScope: ({ directory }, [scope]) => {
    if (scope !== "InOrganization" && scope !== "NotInOrganization") {
      throw new Error(`SentToScope '${scope}' needs partner domains, which this organization does not have.`);
    }
    return (address) => isInternal(directory, address) === (scope === "InOrganization");
  },
};

/** Conditions of New-TransportRule that this organization cannot judge; a rule with one fails, and RuleErrorAction decides. */
const unknown =
  `ADComparisonAttribute AnyOfRecipientAddressContainsWords AnyOfRecipientAddressMatchesPatterns AttachmentContainsWords
  AttachmentHasExecutableContent AttachmentIsPasswordProtected AttachmentIsUnsupported AttachmentMatchesPatterns
  AttachmentProcessingLimitExceeded AttachmentPropertyContainsWords AttachmentSizeOver BetweenMemberOf1 BetweenMemberOf2
  ContentCharacterSetContainsWords HasClassification HasNoClassification HasSenderOverride ManagerAddresses ManagerForEvaluatedUser
  MessageContainsDataClassifications RecipientADAttributeContainsWords RecipientADAttributeMatchesPatterns RecipientInSenderList SCLOver
  SenderADAttributeContainsWords SenderADAttributeMatchesPatterns SenderInRecipientList SenderIpRanges SenderManagementRelationship`.split(
    /\s+/,
  );

/**
 * A rule's conditions (`prefix` empty: all must hold) or exceptions (`ExceptIf`: any excepts).
 * @throws Error for a condition that cannot be judged, or a pattern that is no regular expression
 */
export function predicatesOf(rule: Row, directory: Directory, prefix: "" | "ExceptIf"): Predicates {
  const scene: Scene = { rule, directory, senders: sendersOf(text(rule, "SenderAddressLocation")) };
  const given = (name: string): string[] => list(rule, prefix + name);
  const unsupported = unknown.find((name) => given(name).some((value) => value.toLowerCase() !== "false"));
  if (unsupported !== undefined) throw new Error(`Condition ${prefix}${unsupported} is not supported.`);
  const build = <T>(tests: Record<string, (scene: Scene, values: string[], name: string) => T>): T[] =>
    Object.entries(tests)
      .filter(([name]) => given(name).length > 0)
      .map(([name, test]) => test(scene, given(name), prefix + name));
  const message = build(messageTests);
  const recipient = build(recipientTests);
  return prefix === ""
    ? {
        message: (facts) => message.every((test) => test(facts)),
        recipient: (address) => recipient.every((test) => test(address.toLowerCase())),
      }
    : {
        message: (facts) => message.some((test) => test(facts)),
        recipient: (address) => recipient.some((test) => test(address.toLowerCase())),
      };
}

function sendersOf(location: string | undefined): (facts: Facts) => string[] {
  return ({ headerSenders, envelopeSender }) => {
    const envelope = envelopeSender === "" ? [] : [envelopeSender];
    if (location === "Envelope") return envelope;
    return location === "HeaderOrEnvelope" ? [...headerSenders, ...envelope] : headerSenders;
  };
}

/** `5 MB (5,242,880 bytes)`, `500KB` or a plain number. */
function bytes(size: string): number {
  const exact = /\(([\d,]+) bytes\)/.exec(size)?.[1];
  if (exact !== undefined) return Number(exact.replaceAll(",", ""));
  const [, count = "0", unit = ""] = /^([\d.]+)\s*([KMG]?)B?$/i.exec(size.trim()) ?? [];
  return Number(count) * 1024 ** ["", "K", "M", "G"].indexOf(unit.toUpperCase());
}
