import { type DoctorReport, type Hop, type ProbeReport, hops } from "./reports.ts";

/** One place of the mail path as it is shown. `unknown`: nobody has looked. */
export interface Place {
  hop: Hop;
  title: string;
  state: "ok" | "error" | "unknown";
  /** Who says so, and what is wrong. */
  said: string[];
}

const titles: Record<Hop, string> = {
  sender: "Sender",
  rule: "Transport rule",
  outbound: "Outbound connector",
  relay: "Signature service",
  return: "Way back",
  intake: "Intake",
  daemon: "Daemon",
  sentItems: "Sent Items",
};

/** Parts of the doctor's checklist that speak about a place. The sender and the signature service no cmdlet sees. */
const parts: Partial<Record<Hop, string[]>> = {
  rule: ["rule"],
  outbound: ["connectors"],
  return: ["connectors"],
  intake: ["intake", "listener"],
  sentItems: ["server", "credentials", "account", "grant", "impersonation"],
};

/**
 * Every place of the mail path with what is known of it: of the daemon its own problems, of the others what the later one of
 * probe and doctor says (a probe that passed a place proves more than its configuration). Pure.
 */
export function mailPath(
  problems: readonly string[],
  doctor: { at: number; content: DoctorReport } | undefined,
  probe: { at: number; content: ProbeReport } | undefined,
): Place[] {
  return hops.map((hop) => {
    const base = { hop, title: titles[hop] };
    if (hop === "daemon")
      return {
        ...base,
        state: problems.length === 0 ? ("ok" as const) : ("error" as const),
        said: [...problems],
      };
    const probed = probe?.content.hops.find((one) => one.hop === hop && one.state !== "skipped");
    const steps = (doctor?.content.steps ?? []).filter(
      ({ part, state }) => parts[hop]?.includes(part) && state !== "skipped",
    );
    if (probed && (steps.length === 0 || (probe?.at ?? 0) >= (doctor?.at ?? 0)))
      return {
        ...base,
        state: probed.state === "ok" ? ("ok" as const) : ("error" as const),
        said: [`probe: ${probed.text}`],
      };
    const red = steps.filter(({ state }) => state === "error");
    if (steps.length === 0) return { ...base, state: "unknown" as const, said: [] };
    const said = red.flatMap(({ title, causes }) => causes.map((cause) => `doctor: ${title}: ${cause}`));
    return { ...base, state: red.length === 0 ? ("ok" as const) : ("error" as const), said };
  });
}
