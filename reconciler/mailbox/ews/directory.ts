import { expandDl } from "./expand-dl.ts";
import { getFolder } from "./get-folder.ts";
import { resolveNames } from "./resolve-names.ts";
import { Fault, isFault, type FaultCode } from "../../fault.ts";
import type { Directory } from "../port.ts";
import type { Call } from "./operation.ts";

/** The directory port over EWS. */
export function createDirectory(call: Call): Directory {
  async function mailboxOf(address: string): Promise<string | undefined> {
    const wanted = address.toLowerCase();
    const entries = await call(resolveNames, address);
    const entry = entries.find(({ address: primary, proxies }) =>
      [primary, ...proxies].some((one) => one.toLowerCase() === wanted),
    );
    if (entry) return entry.mailboxType === "Mailbox" ? entry.address.toLowerCase() : undefined;
    // Hidden from the address lists, or an alias that is not among the first three: only opening it tells.
    const opened = await sentItemsOf(address, ["MAILBOX_NOT_FOUND"]);
    if (opened === undefined) return undefined;
    for (const { address: primary, mailboxType } of entries) {
      if (mailboxType !== "Mailbox") continue;
      if ((await sentItemsOf(primary, ["MAILBOX_NOT_FOUND", "ACCESS_DENIED"])) === opened)
        return primary.toLowerCase();
    }
    return wanted;
  }

  /** Id of a mailbox's Sent Items; undefined when it cannot be opened for one of these reasons. */
  async function sentItemsOf(address: string, absent: FaultCode[]): Promise<string | undefined> {
    try {
      return await call(getFolder, undefined, address);
    } catch (error) {
      if (isFault(error, ...absent)) return undefined;
      throw error;
    }
  }

  async function membersOf(group: string): Promise<string[]> {
    const groups = new Set([group.toLowerCase()]);
    const people = new Set<string>();
    // A set that grows while it is walked: each nested group once, whatever circles they form.
    for (const current of groups) {
      for (const { address, isGroup } of await expanded(current, group)) {
        (isGroup ? groups : people).add(address.toLowerCase());
      }
    }
    return [...people];
  }

  async function expanded(current: string, group: string) {
    try {
      return await call(expandDl, current);
    } catch (cause) {
      if (!isFault(cause, "GROUP_NOT_FOUND")) throw cause;
      const nested = current === group.toLowerCase() ? "" : `, which is a member of '${group}'`;
      throw new Fault(
        "GROUP_NOT_FOUND",
        `Exchange knows no group '${current}'${nested}. Check the address, and that the group is synchronized to this side.`,
        { cause },
      );
    }
  }

  return { mailboxOf, membersOf };
}
