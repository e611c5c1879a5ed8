import type { Recipient } from "../store.ts";
import { isInternal, type Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import {
  domains,
  members,
  patterns,
  people,
  words,
  type MessageTest,
  type RecipientTest,
  type Scene,
} from "./matchers.ts";
import { list, text } from "./rows.ts";

/** The address that a condition on texts sees: the primary one, unless RecipientAddressType says Original. */
const resolved =
  (test: (scene: Scene, values: string[]) => (value: string) => boolean): RecipientTest =>
  (scene, values) => {
    const matches = test(scene, values);
    const original = text(scene.rule, "RecipientAddressType") === "Original";
    return (address) =>
      matches(
        (original ? undefined : scene.directory.find(address)?.primarySmtpAddress.toLowerCase()) ?? address,
      );
  };

/** Conditions on a recipient, alone or together with the sender, by parameter: those who meet them are a fork of the message. */
export const recipientTests: Record<string, RecipientTest> = {
  SentTo: people,
  SentToMemberOf: members,
  RecipientAddressContainsWords: resolved(words),
  RecipientAddressMatchesPatterns: resolved(patterns),
  RecipientDomainIs: resolved(domains),
  SentToScope: ({ directory }, [scope]) => {
    if (scope !== "InOrganization" && scope !== "NotInOrganization") {
      throw new Error(`SentToScope '${scope}' needs partner domains, which this organization does not have.`);
    }
    return (address) => isInternal(directory, address) === (scope === "InOrganization");
  },
  BetweenMemberOf1: (scene, values, name) => {
    const [one, other] = [values, list(scene.rule, name.replace(/1$/, "2"))].map((each) =>
      members(scene, each),
    );
    return (address, facts) =>
      scene
        .senders(facts)
        .some((sender) =>
          Boolean((one?.(sender) && other?.(address)) || (other?.(sender) && one?.(address))),
        );
  },
  RecipientADAttributeContainsWords: (scene, values) => {
    const test = byAttribute(scene, values, words);
    return (address) => test(scene.directory.find(address));
  },
  RecipientADAttributeMatchesPatterns: (scene, values) => {
    const test = byAttribute(scene, values, patterns);
    return (address) => test(scene.directory.find(address));
  },
  ADComparisonAttribute: (scene, [attribute = ""], name) => {
    const wanted = text(scene.rule, name.replace(/Attribute$/, "Operator")) !== "NotEqual";
    return (address, facts) => {
      const theirs = attributeOf(scene.directory.find(address), attribute).toLowerCase();
      return senderOf(scene, facts).some(
        (sender) => (attributeOf(sender, attribute).toLowerCase() === theirs) === wanted,
      );
    };
  },
  ManagerAddresses: (scene, values, name) => {
    const wanted = people(scene, values);
    const bySender = text(scene.rule, name.replace(/Addresses$/, "ForEvaluatedUser")) !== "Recipient";
    return (address, facts) => {
      const evaluated = bySender ? senderOf(scene, facts) : [scene.directory.find(address)];
      return evaluated.some((each) => {
        const manager = managerOf(scene.directory, each);
        return manager !== undefined && wanted(manager.primarySmtpAddress.toLowerCase());
      });
    };
  },
  SenderManagementRelationship:
    (scene, [relationship]) =>
    (address, facts) => {
      const recipient = scene.directory.find(address);
      return senderOf(scene, facts).some((sender) => {
        const [above, below] = relationship === "Manager" ? [sender, recipient] : [recipient, sender];
        return above !== undefined && managerOf(scene.directory, below)?.guid === above.guid;
      });
    },
};

/** Conditions on the sender's entry in the directory, by parameter. */
export const senderTests: Record<string, MessageTest> = {
  SenderADAttributeContainsWords: (scene, values) => {
    const test = byAttribute(scene, values, words);
    return (facts) => senderOf(scene, facts).some(test);
  },
  SenderADAttributeMatchesPatterns: (scene, values) => {
    const test = byAttribute(scene, values, patterns);
    return (facts) => senderOf(scene, facts).some(test);
  },
};

/** The manager of somebody, by whatever names him; undefined for none. */
export function managerOf(directory: Directory, person: Recipient | undefined): Recipient | undefined {
  const manager = text(person?.other ?? {}, "Manager");
  return manager === undefined ? undefined : directory.resolve(manager);
}

function senderOf(scene: Scene, facts: Facts): Recipient[] {
  return scene.senders(facts).flatMap((sender) => scene.directory.find(sender) ?? []);
}

/** Values are `Attribute:value` or `Attribute:value1,value2`; a value without an attribute goes with the one before. */
function byAttribute(
  scene: Scene,
  values: string[],
  test: (scene: Scene, values: string[]) => (value: string) => boolean,
): (person: Recipient | undefined) => boolean {
  const wanted: [attribute: string, values: string[]][] = [];
  for (const each of values) {
    const [, attribute, rest] = /^(\w+):(.*)$/s.exec(each) ?? [];
    if (attribute !== undefined)
      wanted.push([attribute, (rest ?? "").split(",").map((value) => value.trim())]);
    else wanted.at(-1)?.[1].push(each);
  }
  const tests = wanted.map(([attribute, texts]) => [attribute, test(scene, texts)] as const);
  return (person) => tests.some(([attribute, matches]) => matches(attributeOf(person, attribute)));
}

/** A property of the directory's entry by the name that rules give it; empty for none. */
export function attributeOf(person: Recipient | undefined, attribute: string): string {
  if (!person) return "";
  const own: Record<string, string | undefined> = {
    displayname: person.displayName,
    email: person.primarySmtpAddress,
    userlogonname: person.userPrincipalName,
  };
  const key = Object.keys(person.other).find((name) => name.toLowerCase() === attribute.toLowerCase());
  return own[attribute.toLowerCase()] ?? text(person.other, key ?? "") ?? "";
}
