import type { Exchange, Parameters, SideName } from "../../providers/exchange/port.ts";
import { createRest } from "../../providers/exchange/rest.ts";
import { impersonate } from "../../providers/exchange/ews/impersonate.ts";
import { openSession, type Session } from "../../providers/exchange/session.ts";
import type { Deployment } from "../../providers/state.ts";
import type { Environment } from "../emulator/organization.ts";
import { recipientByAddress, rows, sideOf, type Recipient, type Row } from "../emulator/store.ts";
import { startWorld, type World as Emulator, type WorldOptions } from "../emulator/world.ts";

/** The embedded Exchange as the admin plane of a test sees it. */
export interface Embedded {
  emulator: Emulator;
  /** The admin adapter of a side, over the wire. */
  exchange: (side: SideName) => Exchange;
  /** What a deployment gives to kinds; waiting takes no time and is noted. */
  world: Deployment;
  waits: number[];
  /** What the operator was told. */
  said: string[];
  /** Cmdlets that were run, as `online Get-TransportRule`. */
  calls: string[];
  /** A configuration object of a side by name, as the store has it. */
  stored: (side: SideName, noun: string, name: string) => Row | undefined;
  /** Forgets what sessions know, as the next deployment does; `expected` are the addresses of its file. */
  renew: (expected?: (side: SideName) => readonly string[]) => void;
  /** Environment variables that the stacks of this checkout refer to, but for a daemon's. */
  environment: Record<string, string>;
  close: () => Promise<void>;
}

/** Starts an organization and connects to it. */
export async function startEmbedded(
  environment: Environment = "hybrid",
  options: WorldOptions = {},
): Promise<Embedded> {
  const emulator = await startWorld({ environment, ...options });
  const { organization, onPremises, online } = emulator;
  const opened: Exchange[] = [];
  const waits: number[] = [];
  const calls: string[] = [];
  const said: string[] = [];
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const administrator = accountOf(emulator, "admin@contoso.com");
  const application = organization.store.applications[0];
  /** The application that works in mailboxes of Exchange Online. */
  const worker = organization.store.applications.find(({ appId }) => appId.startsWith("7d0e4a9b"));

  const exchange = (side: SideName): Exchange => {
    const shared = { side, certificateAuthority: organization.authority.ca, now: Date.now, wait };
    const adapter =
      side === "onPremises"
        ? createRest({
            ...shared,
            url: onPremises.admin,
            credential: { username: "admin@contoso.com", password: administrator.password ?? "" },
          })
        : createRest({
            ...shared,
            url: online?.admin ?? "",
            credential: {
              tokenUrl: online?.token ?? "",
              clientId: application?.appId ?? "",
              clientSecret: application?.secret ?? "",
            },
          });
    opened.push(adapter);
    return {
      ...adapter,
      invoke: (cmdlet: string, parameters?: Parameters) => {
        calls.push(`${side} ${cmdlet}`);
        return adapter.invoke(cmdlet, parameters);
      },
    };
  };
  let sessions = new Map<SideName, Session>();
  let addresses = (_side: SideName): readonly string[] => [];
  return {
    emulator,
    exchange,
    waits,
    calls,
    said,
    world: {
      on: (side) => {
        const session = sessions.get(side) ?? openSession(exchange(side), () => addresses(side));
        sessions.set(side, session);
        return session;
      },
      daemon: () => undefined,
      stays: () => false,
      accountPassword: async () => ({ value: "Generated-for-a-test-1!", generated: true }),
      impersonate: (upn) => {
        // Of stacks/demo.yaml, or the one that stacks/onprem.yaml makes.
        const username = online ? "siu@contoso.com" : "CodeTwoSiuAgent@contoso.com";
        return impersonate(
          {
            account: { username, password: accountOf(emulator, username).password ?? "" },
            ewsUrl: onPremises.ews ?? "",
            certificateAuthority: organization.authority.ca,
          },
          upn,
        );
      },
      consents: async () => ({ roles: worker?.permissions ?? [] }),
      now: () => organization.now(),
      wait,
      drainMinutes: 0,
      say: (text) => void said.push(text),
    },
    renew: (expected = () => []) => {
      sessions = new Map();
      addresses = expected;
    },
    stored: (side, noun, name) => rows(sideOf(organization, side), noun).find((row) => row["Name"] === name),
    environment: {
      SIU_DEMO_CA: organization.authority.ca,
      SIU_DEMO_AUTODISCOVER: onPremises.autodiscover ?? "",
      SIU_DEMO_EWS: onPremises.ews ?? "",
      SIU_DEMO_ONPREMISES_ADMIN: onPremises.admin,
      SIU_DEMO_ADMIN_PASSWORD: administrator.password ?? "",
      SIU_DEMO_SERVICE_PASSWORD:
        (online && accountOf(emulator, "siu@contoso.com").password) ?? "Chosen-by-the-operator-1!",
      ...(online && {
        SIU_DEMO_ONLINE_ADMIN: online.admin,
        SIU_DEMO_TOKEN: online.token ?? "",
        SIU_DEMO_CLIENT_SECRET: application?.secret ?? "",
        SIU_DEMO_APPLICATION_SECRET: worker?.secret ?? "",
        SIU_DEMO_GRAPH: online.graph ?? "",
        SIU_DEMO_LOGIN: new URL(online.token ?? "").origin,
      }),
    },
    close: async () => {
      await Promise.all(opened.map((each) => each.close()));
      await emulator.close();
    },
  };
}

/** A person or account of the on-premises directory. */
export function accountOf({ organization }: Emulator, address: string): Recipient {
  const found = recipientByAddress(sideOf(organization, "onPremises"), address);
  if (!found) throw new Error(`The seed has nobody with the address ${address}.`);
  return found;
}

/**
 * Every configuration object and recipient that there is, sorted, as `online TransportRule Name`; not the mailboxes that Exchange Online
 * could restore for 30 days.
 */
export function inventory({ emulator: { organization } }: Embedded): string[] {
  const all = [...organization.store.sides.values()].flatMap((side) => [
    ...[...side.objects.keys()]
      .filter((noun) => noun !== "SoftDeletedMailbox")
      .flatMap((noun) => rows(side, noun).map((row) => `${side.name} ${noun} ${String(row["Name"])}`)),
    ...[...side.recipients.values()].map(({ name }) => `${side.name} recipient ${name}`),
  ]);
  return all.toSorted();
}
