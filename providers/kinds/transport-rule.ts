import { Fault } from "../exchange/errors.ts";
import type { Parameter } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import { state } from "../forms.ts";
import { objectKind, type Props } from "../kind.ts";
import { honoured, placement } from "../rule-order.ts";

/** Conditions and exceptions about people; Exchange prints each recipient by its primary address. */
const recipients = ["From", "SentTo", "ExceptIfFrom", "ExceptIfSentTo"];
const groups = ["FromMemberOf", "SentToMemberOf", "ExceptIfFromMemberOf", "ExceptIfSentToMemberOf"];

/** Whatever else would change whom a rule catches or what it does: nobody asked for it, so it has to be empty. */
const empty = `FromScope SentToScope ExceptIfFromScope ExceptIfSentToScope
  RecipientDomainIs SenderDomainIs ExceptIfRecipientDomainIs ExceptIfSenderDomainIs
  FromAddressContainsWords FromAddressMatchesPatterns ExceptIfFromAddressContainsWords ExceptIfFromAddressMatchesPatterns
  MessageTypeMatches ExceptIfMessageTypeMatches SubjectContainsWords SubjectMatchesPatterns ExceptIfSubjectContainsWords
  HeaderContainsMessageHeader HeaderContainsWords HeaderMatchesMessageHeader HeaderMatchesPatterns
  ExceptIfHeaderContainsMessageHeader ExceptIfHeaderContainsWords
  ExceptIfHeaderMatchesMessageHeader ExceptIfHeaderMatchesPatterns
  BlindCopyTo CopyTo AddToRecipients RedirectMessageTo RouteMessageOutboundConnector`.split(/\s+/);

/** A mail flow rule. Created switched off, switched on as the last step; switched off before it is removed. */
export const transportRule = objectKind({
  noun: "TransportRule",
  sides: ["online", "onPremises"],
  mark: "Comments",
  properties: { Enabled: "State" },
  forms: { Enabled: state },
  // Priority is not here: every rule that is inserted above shifts it.
  defaults: {
    ...Object.fromEntries([...recipients, ...groups, ...empty].map((name) => [name, null])),
    Enabled: true,
    Mode: "Enforce",
    StopRuleProcessing: false,
    SenderAddressLocation: "Header",
    RuleErrorAction: "Ignore",
  },
  together: ["", "ExceptIf"].flatMap((except) => [
    [`${except}HeaderContainsMessageHeader`, `${except}HeaderContainsWords`],
    [`${except}HeaderMatchesMessageHeader`, `${except}HeaderMatchesPatterns`],
  ]),
  wishes: {
    names: ["Before", "After"],
    fulfil: async (row, props, session) =>
      placement(row, await session.rows("TransportRule"), neighbours(props)),
  },
  derive: async (row, props, session) => ({
    ...row,
    ...honoured(row, await session.rows("TransportRule"), neighbours(props)),
  }),
  toggle: { parameter: "Enabled", on: "Enable-TransportRule", off: "Disable-TransportRule" },
  prepare: async (props, session) => {
    const entries = Object.entries(props).map(async ([name, value]): Promise<[string, Parameter]> => {
      if (groups.includes(name)) return [name, await primaryAddresses(session, value, true)];
      return [name, recipients.includes(name) ? await primaryAddresses(session, value, false) : value];
    });
    return Object.fromEntries(await Promise.all(entries)) satisfies Props;
  },
});

function neighbours({ Before, After }: Props): { before: string[]; after: string[] } {
  const names = (value: Parameter | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
  return { before: names(Before), after: names(After) };
}

/** Addresses as Exchange will print them. @throws Fault NOT_FOUND; UNSUPPORTED for a dynamic group, which no rule can use */
async function primaryAddresses(session: Session, value: Parameter, group: boolean): Promise<string[]> {
  const named = [value].flat().filter((each) => each !== null);
  return Promise.all(
    named.map(async (each) => {
      const found = await recipient(session, String(each));
      if (group && /dynamic/i.test(String(found["RecipientTypeDetails"]))) {
        throw new Fault(
          "UNSUPPORTED",
          `'${String(each)}' is a dynamic distribution group, which transport rules do not take. Use a distribution group or list the people.`,
        );
      }
      return String(found["PrimarySmtpAddress"]);
    }),
  );
}
