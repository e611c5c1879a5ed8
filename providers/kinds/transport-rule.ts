import type { Parameter } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import { exact, state } from "../forms.ts";
import { objectKind, type Props } from "../kind.ts";
import { ruleAdvice } from "../rule-advice.ts";
import { withGroups } from "../rule-groups.ts";
import { honoured, placement } from "../rule-order.ts";
import {
  addressees,
  flag,
  flags,
  groups,
  implied,
  inseparable,
  joint,
  moment,
  others,
  people,
  size,
  sizes,
  texts,
} from "../rule-parameters.ts";

const nothing = [...people, ...groups, ...addressees, ...others, ...joint.flat()];

/** A mail flow rule. Created switched off, switched on as the last step; switched off before it is removed. */
export const transportRule = objectKind({
  noun: "TransportRule",
  sides: ["online", "onPremises"],
  mark: "Comments",
  place: "Priority",
  properties: { Enabled: "State" },
  forms: {
    Enabled: state,
    ActivationDate: moment,
    ExpiryDate: moment,
    UseLegacyRegex: flag,
    ...Object.fromEntries(flags.map((name) => [name, flag])),
    ...Object.fromEntries(texts.map((name) => [name, exact])),
    ...Object.fromEntries(sizes.map((name) => [name, size])),
  },
  // Priority is not here: every rule that is inserted above shifts it.
  defaults: {
    ...Object.fromEntries(nothing.map((name) => [name, null])),
    ...Object.fromEntries(flags.map((name) => [name, false])),
    Enabled: true,
    Mode: "Enforce",
    StopRuleProcessing: false,
    SenderAddressLocation: "Header",
    RuleErrorAction: "Ignore",
  },
  fixed: ["UseLegacyRegex"],
  together: inseparable,
  wishes: {
    names: ["Before", "After"],
    fulfil: async (row, props, session) =>
      placement(row, await session.rows("TransportRule"), neighbours(props)),
  },
  derive: async (row, props, session) => ({
    ...row,
    ...Object.fromEntries(filledIn(props).map((name) => [name, null])),
    ...honoured(row, await session.rows("TransportRule"), neighbours(props)),
  }),
  advise: async (props, session) => ruleAdvice(props, await session.rows("TransportRule")),
  toggle: {
    parameter: "Enabled",
    on: "Enable-TransportRule",
    off: "Disable-TransportRule",
    route: "RouteMessageOutboundConnector",
  },
  prepare: async (props, session) => {
    const { Arriving, ...asked } = props;
    const rest = Object.keys(asked).map((name) => implied[name] ?? {});
    const whole: Props = Object.assign({}, ...rest, asked);
    // A recipient that this stack makes does not exist yet when the first preview looks.
    const person = (each: string): string | Promise<string> =>
      listed(Arriving ?? null).includes(each) ? each : address(session)(each);
    const entries = Object.entries(whole).map(async ([name, value]): Promise<[string, Parameter]> => {
      if (name === "GenerateIncidentReport") return [name, await person(String(value))];
      if (![...people, ...addressees].includes(name)) return [name, value];
      return [name, await Promise.all(listed(value).map(person))];
    });
    return withGroups(Object.fromEntries(await Promise.all(entries)), session, listed(Arriving ?? null));
  },
});

/** What Exchange adds to an action that was asked for in part. */
function filledIn(props: Props): string[] {
  const asked = (name: string): boolean => (props[name] ?? null) !== null;
  const groups = joint.filter((group) => group.some(asked));
  // A sender who is told that his message is refused is told why.
  const refusal = String(props["NotifySender"]).startsWith("Reject")
    ? ["RejectMessageReasonText", "RejectMessageEnhancedStatusCode"]
    : [];
  return [...groups.flat(), ...refusal].filter((name) => !(name in props));
}

function listed(value: Parameter): string[] {
  return [value]
    .flat()
    .filter((each) => each !== null)
    .map(String);
}

function neighbours({ Before, After }: Props): { before: string[]; after: string[] } {
  const names = (value: Parameter | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
  return { before: names(Before), after: names(After) };
}

/** A person's primary address, which Exchange prints; one outside of the organization as it is. @throws Fault NOT_FOUND */
function address(session: Session): (each: string) => Promise<string> {
  return async (each) => {
    const domain = each.slice(each.lastIndexOf("@") + 1).toLowerCase();
    const own = await session.rows("AcceptedDomain");
    const inside = own.some((row) => String(row["DomainName"]).toLowerCase() === domain);
    return inside || !each.includes("@")
      ? String((await recipient(session, each))["PrimarySmtpAddress"])
      : each;
  };
}
