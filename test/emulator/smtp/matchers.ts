import type { Row } from "../store.ts";
import { domainOf } from "./addresses.ts";
import type { Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";

/** What a condition is judged in. */
export interface Scene {
  rule: Row;
  directory: Directory;
  /** The sender's addresses, from where SenderAddressLocation says. */
  senders: (facts: Facts) => string[];
}

/** A condition on the message: its values, and its parameter's name. @throws Error when it cannot be judged */
export type MessageTest = (scene: Scene, values: string[], name: string) => (facts: Facts) => boolean;
/** A condition on one recipient, which forks the message. */
export type RecipientTest = (
  scene: Scene,
  values: string[],
  name: string,
) => (address: string, facts: Facts) => boolean;

type Matcher = (scene: Scene, values: string[]) => (value: string) => boolean;

/** Whether one of the sender's addresses matches. */
export const bySender =
  (test: Matcher): MessageTest =>
  (scene, values) => {
    const matches = test(scene, values);
    return (facts) => scene.senders(facts).some((sender) => matches(sender));
  };

/** Whether one of the values picked from a message matches. */
export const anyOf =
  (pick: (facts: Facts) => string[], test: Matcher): MessageTest =>
  (scene, values) => {
    const matches = test(scene, values);
    return (facts) => pick(facts).some(matches);
  };

/** Whole words, in any letter case. */
export const words: Matcher = (_scene, values) => {
  const expressions = values.map((word) => {
    const literal = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, "iu");
  });
  return (value) => expressions.some((each) => each.test(value));
};

/** Regular expressions, in any letter case. @throws SyntaxError */
export const patterns: Matcher = (_scene, values) => {
  const expressions = values.map((pattern) => new RegExp(pattern, "i"));
  return (value) => expressions.some((each) => each.test(value));
};

/** Addresses of people, by whatever names them. */
export const people: Matcher = ({ directory }, values) => {
  const wanted = new Set(values.map((each) => directory.resolve(each)?.guid ?? each.toLowerCase()));
  return (address) => wanted.has(directory.find(address)?.guid ?? address);
};

/** Addresses of members of groups, which Exchange opens for its rules, unlike the MemberOfGroup filter of a management scope. */
export const members: Matcher = ({ directory }, values) => {
  const wanted = new Set<string>();
  for (const each of values) {
    const group = directory.resolve(each);
    for (const guid of group ? directory.membersOf(group) : []) wanted.add(guid);
  }
  return (address) => wanted.has(directory.find(address)?.guid ?? "");
};

/** Addresses in domains, and in those below them. */
export const domains: Matcher = (_scene, values) => {
  const wanted = values.map((each) => each.toLowerCase());
  return (address) =>
    wanted.some((each) => domainOf(address) === each || domainOf(address).endsWith(`.${each}`));
};

/** `5 MB (5,242,880 bytes)`, `500KB` or a plain number. */
export function bytes(size: string): number {
  const exact = /\(([\d,]+) bytes\)/.exec(size)?.[1];
  if (exact !== undefined) return Number(exact.replaceAll(",", ""));
  const [, count = "0", unit = ""] = /^([\d.]+)\s*([KMG]?)B?$/i.exec(size.trim()) ?? [];
  return Number(count) * 1024 ** ["", "K", "M", "G"].indexOf(unit.toUpperCase());
}
