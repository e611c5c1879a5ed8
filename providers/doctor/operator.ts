import { randomUUID } from "node:crypto";
import { Fault } from "../exchange/errors.ts";
import type { Parameters, SideName } from "../exchange/port.ts";
import { howToLet } from "../exchange/rights.ts";
import { encode, type World } from "../kind.ts";
import { expected } from "./expected.ts";
import type { Prepared } from "./prepared.ts";
import { looked, type Step } from "./report.ts";
import { sideTitle } from "./side-title.ts";

/** Whether Exchange lets the operator in at all. */
export async function connection(side: SideName, world: World): Promise<Step> {
  const title = `An administrator's session with ${sideTitle[side]}`;
  try {
    await world.on(side).rows("AcceptedDomain");
    return looked("connection", title);
  } catch (error) {
    // Whoever may not run this cmdlet was let in; what is lacking is the next step's.
    return looked("connection", title, lacks(error) ? [] : [expected(error)]);
  }
}

/**
 * Whether the operator may do what a deployment does: each write is rehearsed with `-WhatIf`, which changes nothing. That Exchange
 * refuses what would be written (it is there already, something that it needs is not) is no lack of a right.
 */
export async function rights(side: SideName, resources: readonly Prepared[], world: World): Promise<Step> {
  const rehearsals = new Map(
    resources.flatMap((resource) => {
      const write = resource.trouble === undefined && !resource.verify ? firstWrite(resource) : undefined;
      return write && resource.side === side ? [write] : [];
    }),
  );
  const causes: string[] = [];
  for (const [cmdlet, parameters] of rehearsals) {
    try {
      await world.on(side).run(cmdlet, { ...parameters, WhatIf: true });
    } catch (error) {
      if (lacks(error)) causes.push(`The operator may not run ${cmdlet}. ${howToLet(cmdlet)}`);
      else if (!isRefusalOfValues(error)) causes.push(expected(error));
    }
  }
  const needed = rehearsals.size === 0 ? "none are needed" : [...rehearsals.keys()].join(", ");
  const title = `The operator's rights (${sideTitle[side]}): ${needed}`;
  return looked("rights", title, causes);
}

/** The cmdlet that a deployment would make a resource with. */
function firstWrite({ of, props }: Prepared): [string, Parameters] | undefined {
  if (of.is === "setting") return [`Set-${of.of.noun}`, props];
  if (of.is !== "object") return undefined;
  // Exchange judges a rehearsed password too; nobody gets this one.
  const secret = of.secret === undefined ? {} : { [of.secret]: `Aa1!${randomUUID()}` };
  return [`New-${of.noun}`, { ...encode(of, props), ...secret }];
}

function isRefusalOfValues(error: unknown): boolean {
  return ["REJECTED", "NOT_FOUND", "ALREADY_EXISTS", "AMBIGUOUS"].includes(
    error instanceof Fault ? error.code : "",
  );
}

function lacks(error: unknown): boolean {
  return error instanceof Fault && (error.code === "ACCESS_DENIED" || error.code === "UNKNOWN_CMDLET");
}
