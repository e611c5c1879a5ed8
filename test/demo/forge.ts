import { setTimeout as pause } from "node:timers/promises";
import nodemailer from "nodemailer";
import type { Audit } from "./daemon.ts";
import { sentBodies, type Account } from "./outlook.ts";
import { forgery, type Scene } from "./scenario.ts";
import type { Tracer } from "./trace.ts";

/** What the attacker reaches, and what shows whether the attack had an effect. */
export interface Target {
  /** A message that somebody outside received, and whose sender's copy the attack is after. */
  message: Scene;
  /** Signs in as its sender, to look at the sent item. */
  victim: Account;
  tenantId: string;
  /** `host:port` where anybody may deliver mail to the organization. */
  mx: string;
  /** `host:port` of the daemon's listener. */
  listener: string;
  /** The address to which stamped copies go. */
  intake: string;
  tracer: Tracer;
  audit: Audit;
}

/** How an attack ended. `reason`: why the sent item was left alone. */
export interface Attack {
  title: string;
  ok: boolean;
  reason: string;
  /** What was seen. */
  text: string;
}

/** Tries to have the victim's sent item rewritten: through the organization's front door, and at the daemon itself. */
export async function attack(target: Target): Promise<Attack[]> {
  const mime = await forgery(target.message, target.tenantId);
  const before = await sentBodies(target.victim, target.message.messageId);
  const attacks = [await throughTheFrontDoor(target, mime), await atTheDaemon(target, mime)];
  const after = await sentBodies(target.victim, target.message.messageId);
  const untouched = before.length > 0 && JSON.stringify(before) === JSON.stringify(after);
  return attacks.map((each) => ({
    ...each,
    ok: each.ok && untouched,
    text: `${each.text}; the sent item is ${untouched ? "as it was" : "CHANGED"}`,
  }));
}

/** From the internet to a colleague: delivered as mail of an outsider, and no copy of it goes to the daemon. */
async function throughTheFrontDoor({ message, mx, tracer }: Target, mime: Buffer): Promise<Attack> {
  const before = await tracer.of(message.messageId);
  await deliver(mx, "mallory@fabrikam.example", "uma.patel@contoso.com", mime);
  const until = Date.now() + 15_000;
  let after = await tracer.of(message.messageId);
  while ((after.delivered === before.delivered || !after.settled) && Date.now() < until) {
    await pause(50);
    after = await tracer.of(message.messageId);
  }
  const delivered = after.delivered > before.delivered;
  const ok = delivered && after.toIntake === before.toIntake;
  const text = delivered ? "delivered as an outsider's mail, no copy for the daemon" : "not delivered";
  return { title: "Forged, from outside", ok, reason: "origin-not-proved", text };
}

/** Straight to the daemon's listener: refused for want of Exchange Online's certificate. */
async function atTheDaemon({ message, listener, intake, audit }: Target, mime: Buffer): Promise<Attack> {
  const answer = await deliver(listener, message.from, intake, mime).then(
    () => "accepted",
    (error: unknown) =>
      error instanceof Error && "response" in error ? String(error.response) : String(error),
  );
  // A client that shows no certificate is sent away before it says which message it brings.
  const refused = (): boolean =>
    [...audit.of(""), ...audit.of(message.messageId)].some(({ outcome }) => outcome === "refused");
  const until = Date.now() + 5_000;
  while (!refused() && Date.now() < until) await audit.changed();
  return {
    title: "Forged, at the daemon",
    ok: answer.startsWith("550 ") && refused(),
    reason: "origin-not-proved",
    text: answer,
  };
}

async function deliver(address: string, from: string, to: string, raw: Buffer): Promise<void> {
  const [host, port] = address.split(":");
  // An attacker does not care whose certificate it is.
  const transport = nodemailer.createTransport({
    host,
    port: Number(port),
    tls: { rejectUnauthorized: false },
  });
  try {
    await transport.sendMail({ envelope: { from, to }, raw });
  } finally {
    transport.close();
  }
}
