import { Fault } from "../../fault.ts";
import { type Page, query, quoted } from "./message.ts";
import type { Directory } from "../port.ts";
import type { Call } from "./client.ts";

interface User {
  mail: string | null;
  userType?: string;
}

/** The directory port over Graph. */
export function graphDirectory(call: Call): Directory {
  async function mailboxOf(address: string): Promise<string | undefined> {
    const $filter = addressed(address);
    const path = `/users${query({ $filter, $select: "mail,userType" })}`;
    const { value } = await call<Page<User>>({ method: "GET", path }, `Looking up '${address}'`);
    return value.find(({ mail, userType }) => mail !== null && userType !== "Guest")?.mail?.toLowerCase();
  }

  async function membersOf(group: string): Promise<string[]> {
    const about = `Reading the members of '${group}'`;
    const path = `/groups${query({ $filter: addressed(group), $select: "id" })}`;
    const [found] = (await call<Page<{ id: string }>>({ method: "GET", path }, about)).value;
    if (!found) {
      throw new Fault(
        "GROUP_NOT_FOUND",
        `The tenant has no group with the address '${group}'. Check the address.`,
      );
    }
    const people = new Set<string>();
    const members = `/groups/${found.id}/transitiveMembers/microsoft.graph.user`;
    let next: string | undefined = members + query({ $select: "mail", $top: "999" });
    while (next !== undefined) {
      const page: Page<User> = await call<Page<User>>({ method: "GET", path: next }, about);
      for (const { mail } of page.value) if (mail !== null) people.add(mail.toLowerCase());
      next = page["@odata.nextLink"];
    }
    return [...people];
  }

  return { mailboxOf, membersOf };
}

/** Finds who has an address, primary or not. */
function addressed(address: string): string {
  return `proxyAddresses/any(one:one eq ${quoted(`smtp:${address.toLowerCase()}`)})`;
}
