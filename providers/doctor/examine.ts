import { X509Certificate } from "node:crypto";
import type { Desired } from "../desired/resource.ts";
import { equals } from "../opath.ts";
import { expected } from "./expected.ts";
import { checklist, connections, sidesOf, type Patient } from "./checklist.ts";
import type { NamedCertificate } from "./certificates.ts";
import { readFacts, type Surroundings } from "./facts.ts";
import { findings } from "./lints.ts";
import { sideTitle } from "./side-title.ts";
import { prepare } from "./prepared.ts";
import { looked, reportOf, skipped, type Report, type Step } from "./report.ts";
import type { SideName } from "../exchange/port.ts";

/** Everything that an examination needs; nothing of it is written to. */
export interface Examination extends Patient, Omit<Surroundings, "shown"> {
  resources: readonly Desired[];
  /** The mailbox, by its user principal name, on which the right is to be tried. */
  mailbox: string | undefined;
}

/** Goes through the checklist and the lints. Only reads; writes are rehearsed with `-WhatIf`. @throws what is no failure of Exchange's */
export async function examine(examination: Examination): Promise<Report> {
  const { stack, world, mailbox } = examination;
  const sessions = await connections(examination);
  const open = new Set(sessions.filter(([, { state }]) => state === "ok").map(([side]) => side));
  // Keepsakes are nothing in Exchange.
  const wanted = examination.resources.filter(({ keepsake }) => keepsake !== true);
  const resources = await prepare(wanted, world, open);
  const shown: NamedCertificate[] = [];
  const { listen } = examination;
  const noting: Patient = {
    ...examination,
    listen:
      listen &&
      (async (host) => {
        const found = await listen(host);
        if ("certificate" in found)
          shown.push({
            what: `that the listener at ${host} shows`,
            certificate: new X509Certificate(found.certificate),
            name: host,
          });
        return found;
      }),
  };
  const steps = [
    ...sessions.map(([, step]) => step),
    ...(mailbox === undefined ? [] : [await mailboxStep(mailbox, examination, open)]),
    ...(await checklist(noting, resources, open)),
  ];
  const facts = await readFacts({ ...examination, shown }, resources, open);
  return reportOf(stack, world.now(), steps, findings(facts));
}

/** Whether the mailbox that is to be tried exists on a side: the right would be tried on another one otherwise. */
async function mailboxStep(
  mailbox: string,
  { world, config }: Patient,
  open: ReadonlySet<SideName>,
): Promise<Step> {
  const title = `The mailbox of '${mailbox}'`;
  try {
    for (const side of open) {
      const Filter = equals("UserPrincipalName", mailbox);
      if ((await world.on(side).run("Get-Mailbox", { Filter, ResultSize: 1 })).length > 0)
        return looked("impersonation", title);
    }
    const closed = sidesOf(config).find((side) => !open.has(side));
    if (closed !== undefined)
      return skipped("impersonation", title, `There is no session with ${sideTitle[closed]}.`);
    return looked("impersonation", title, [
      `No mailbox has this user principal name, so the right was tried on another one. Correct --mailbox: a user principal name can differ from the address.`,
    ]);
  } catch (error) {
    return looked("impersonation", title, [expected(error)]);
  }
}
