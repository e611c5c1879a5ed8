import type { Row } from "../store.ts";
import type { Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import type { Scene } from "./matchers.ts";
import { messageTests } from "./message-conditions.ts";
import { recipientTests, senderTests } from "./recipient-conditions.ts";
import { list, text } from "./rows.ts";

/** A condition is about the message, or about one recipient (and then forks the message). */
export interface Predicates {
  message: (facts: Facts) => boolean;
  recipient: (address: string, facts: Facts) => boolean;
}

/**
 * A rule's conditions (`prefix` empty: all must hold) or exceptions (`ExceptIf`: any excepts).
 * @throws Error for a pattern that is no regular expression
 */
export function predicatesOf(rule: Row, directory: Directory, prefix: "" | "ExceptIf"): Predicates {
  const scene: Scene = { rule, directory, senders: sendersOf(text(rule, "SenderAddressLocation")) };
  // A switch that is off asks for nothing.
  const given = (name: string): string[] =>
    list(rule, prefix + name).filter((value) => value.toLowerCase() !== "false");
  const build = <T>(tests: Record<string, (scene: Scene, values: string[], name: string) => T>): T[] =>
    Object.entries(tests)
      .filter(([name]) => given(name).length > 0)
      .map(([name, test]) => test(scene, given(name), prefix + name));
  const message = build({ ...messageTests, ...senderTests });
  const recipient = build(recipientTests);
  return prefix === ""
    ? {
        message: (facts) => message.every((test) => test(facts)),
        recipient: (address, facts) => recipient.every((test) => test(address.toLowerCase(), facts)),
      }
    : {
        message: (facts) => message.some((test) => test(facts)),
        recipient: (address, facts) => recipient.some((test) => test(address.toLowerCase(), facts)),
      };
}

function sendersOf(location: string | undefined): (facts: Facts) => string[] {
  return ({ headerSenders, envelopeSender }) => {
    const envelope = envelopeSender === "" ? [] : [envelopeSender];
    if (location === "Envelope") return envelope;
    return location === "HeaderOrEnvelope" ? [...headerSenders, ...envelope] : headerSenders;
  };
}
