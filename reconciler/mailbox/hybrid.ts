import { isFault } from "../fault.ts";
import type { Compared, Directory, Mailboxes } from "./port.ts";

/** One side of an organization behind both ports. */
export interface Side {
  mailboxes: Mailboxes;
  directory: Directory;
}

/** Mailboxes whose side is remembered at most, far above the number of senders of most organizations. */
const most = 20_000;

/**
 * The two sides of a hybrid organization as one. Each mailbox is opened on the side where it was last seen; one that is not
 * there (any more) is looked for on the other side, so that a mailbox that moves is followed.
 */
export function bothSides(onPremises: Side, online: Side): Side {
  const homes = new Map<string, Side>();
  const homeOf = (mailbox: string): Side => homes.get(mailbox) ?? onPremises;
  const settle = (mailbox: string, side: Side): void => {
    if (homes.size >= most) homes.clear();
    homes.set(mailbox, side);
  };

  async function find(mailbox: string, messageId: string, compared?: Compared) {
    const home = homeOf(mailbox);
    try {
      const found = await home.mailboxes.find(mailbox, messageId, compared);
      settle(mailbox, home);
      return found;
    } catch (refusal) {
      if (!mayBeElsewhere(refusal)) throw refusal;
      const other = home === onPremises ? online : onPremises;
      const found = await other.mailboxes.find(mailbox, messageId, compared).catch((error: unknown) => {
        // Nowhere: what stands in the way is told rather than that the other side does not have it either.
        throw isFault(error, "MAILBOX_NOT_FOUND") ? refusal : error;
      });
      settle(mailbox, other);
      return found;
    }
  }

  /** What a side knows, as soon as one knows something; when none does, what stood in the way of it. */
  async function mailboxOf(address: string): Promise<string | undefined> {
    const asked = [onPremises, online].map(async ({ directory }) => {
      const found = await directory.mailboxOf(address);
      if (found === undefined) throw nobody;
      return found;
    });
    return Promise.any(asked).catch(async () => {
      for (const one of asked) await one.catch(rethrow);
      return undefined;
    });
  }

  /** Groups are of the side that they are kept on; Exchange Online has copies of the others'. */
  async function membersOf(group: string): Promise<string[]> {
    try {
      return await onPremises.directory.membersOf(group);
    } catch (refusal) {
      return online.directory.membersOf(group).catch((error: unknown) => {
        throw isFault(error, "GROUP_NOT_FOUND") ? refusal : error;
      });
    }
  }

  return {
    mailboxes: {
      find,
      elsewhere: (mailbox, ...rest) => homeOf(mailbox).mailboxes.elsewhere(mailbox, ...rest),
      read: (mailbox, ...rest) => homeOf(mailbox).mailboxes.read(mailbox, ...rest),
      update: (mailbox, ...rest) => homeOf(mailbox).mailboxes.update(mailbox, ...rest),
      copy: (mailbox, ...rest) => homeOf(mailbox).mailboxes.copy(mailbox, ...rest),
      recreate: (mailbox, ...rest) => homeOf(mailbox).mailboxes.recreate(mailbox, ...rest),
      mark: (mailbox, ...rest) => homeOf(mailbox).mailboxes.mark(mailbox, ...rest),
      remove: (mailbox, ...rest) => homeOf(mailbox).mailboxes.remove(mailbox, ...rest),
      close: async () => {
        await Promise.all([onPremises.mailboxes.close(), online.mailboxes.close()]);
      },
    },
    directory: { mailboxOf, membersOf },
  };
}

/** Stands for a side's word that it knows nobody of that address. */
const nobody = new Error("nobody");

function rethrow(error: unknown): void {
  if (error !== nobody) throw error;
}

/** A side answers so of a mailbox of the other one; a grant there does not reach it either. */
function mayBeElsewhere(error: unknown): boolean {
  return isFault(error, "MAILBOX_NOT_FOUND", "ACCESS_DENIED");
}
