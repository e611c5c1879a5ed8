import { bufferOf } from "../item/bytes.ts";
import type { Organization } from "../organization.ts";
import { propagated } from "../propagated.ts";
import { rows, sideOf, type Row, type Side } from "../store.ts";
import type { Actions } from "./actions.ts";
import { altered } from "./alter.ts";
import { disclaimed } from "./disclaimer.ts";
import { directoryOf } from "./directory.ts";
import { expand } from "./expand.ts";
import { factsOf } from "./facts.ts";
import { readMessage, writeMessage, type Message } from "./headers.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { evaluate } from "./rules.ts";
import { failed } from "./send.ts";
import type { Station } from "./station.ts";

/** Opens groups, then applies the transport rules: each fork of the message goes on as its own entry of the queue. */
export async function applyRules(station: Station, mail: QueuedMail): Promise<void> {
  const { organization, trace } = station;
  const side = sideOf(organization, mail.side);
  const opened = openGroups(station, mail);
  const message = readMessage(mail.mime);
  const verdict = evaluate(
    {
      rules: active(organization, side, "TransportRule"),
      directory: directoryOf(side),
      connectors: active(organization, side, "OutboundConnector"),
      now: organization.now(),
    },
    await factsOf(message, bufferOf(mail.mime), opened),
    opened.to,
  );
  if ("defer" in verdict) {
    const answer = `450 4.7.13 Transport rule '${verdict.defer.rule}': ${verdict.defer.why}`;
    return station.settle(opened, failed(opened.to, answer));
  }
  for (const { rule, why } of verdict.ignored)
    trace(opened, opened.to, "Transport rule", `'${rule}' was ignored: ${why}`);
  for (const { recipients, actions } of verdict.forks)
    await leaveRules(station, opened, message, recipients, actions);
}

/** The message to everybody whom its groups stand for; which groups were opened is in the trace. */
export function openGroups(station: Station, mail: QueuedMail): QueuedMail {
  const { recipients, origins, opened } = expand(sideOf(station.organization, mail.side), mail.to);
  if (opened.length === 0) return mail;
  for (const { group, members } of opened) station.trace(mail, [group], "Expand", `${members} members`);
  return { ...mail, to: recipients, expanded: { ...mail.expanded, ...origins } };
}

/** The rows of a noun that work by now. */
export function active(organization: Organization, side: Side, noun: string): Row[] {
  return rows(side, noun).filter((row) => propagated(organization, row));
}

async function leaveRules(
  { trace, settle, enqueue }: Station,
  mail: QueuedMail,
  message: Message,
  recipients: string[],
  actions: Actions,
): Promise<void> {
  for (const rule of actions.matched) trace(mail, recipients, "Transport rule", `Transport rule: '${rule}'`);
  const { reject, drop, connector, requireTls, added, disclaimers } = actions;
  if (drop !== undefined) return trace(mail, recipients, "Drop", drop);
  if (reject !== undefined) return settle(mail, failed(recipients, reject));
  const changed = altered(message, actions);
  const written = await disclaimed(
    changed === message ? bufferOf(mail.mime) : writeMessage(changed),
    disclaimers,
  );
  if ("reject" in written) return settle(mail, failed(recipients, written.reject));
  enqueue({
    ...mail,
    mime: written.mime,
    to: [...new Set([...recipients, ...added.to, ...added.cc, ...added.bcc])],
    stage: "route",
    ...(connector === undefined ? {} : { connector }),
    ...(requireTls ? { requireTls } : {}),
    attempt: 0,
  });
}
