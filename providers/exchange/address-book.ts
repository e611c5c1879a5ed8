import { loose } from "../forms.ts";
import { equals } from "../opath.ts";
import { isFault } from "./errors.ts";
import { idOf } from "./known.ts";
import type { Exchange, Row } from "./port.ts";

/** Characters of one `-Filter`; Exchange keeps filters of 5,120 at most, and a page of its answers holds 1,000 recipients. */
const longest = 5_000;

/** Recipients by address or another identity. */
export interface AddressBook {
  /** Undefined for who is absent. @throws Fault */
  find: (identity: string) => Promise<Row | undefined>;
  /** Something was written: to the recipient with this id, or a new one was made. Others stay as they are. */
  written: (id?: string) => void;
}

/**
 * Looks recipients up by address, many with one cmdlet: whoever asks in the same moment, and in the first one everybody who is
 * `expected`. Nobody counts as absent before Exchange said so of that identity.
 */
export function createAddressBook(exchange: Exchange, expected: () => readonly string[]): AddressBook {
  const known = new Map<string, Promise<Row | undefined>>();
  const asked = new Map<string, Promise<ReadonlyMap<string, Row>>>();
  const changed = new Set<string>();
  let batch: Promise<ReadonlyMap<string, Row>> | undefined;
  let wanted = new Set<string>();
  let first = true;

  /** The next batch, which takes up who is asked for until the turn of the event loop ends. */
  async function gather(): Promise<ReadonlyMap<string, Row>> {
    await new Promise((resolve) => void setImmediate(resolve));
    const addresses = [...wanted, ...(first ? expected().map((each) => each.toLowerCase()) : [])];
    first = false;
    wanted = new Set();
    batch = undefined;
    const answer = ask([...new Set(addresses)]);
    for (const address of addresses) asked.set(address, answer);
    // A failure is not knowledge, and whoever asked hears of it.
    answer.catch(() => addresses.forEach((address) => asked.delete(address)));
    return answer;
  }

  async function ask(addresses: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const found = await Promise.all(
      filtersFor(addresses).map((Filter) =>
        exchange.invoke("Get-Recipient", { Filter, ResultSize: "Unlimited" }),
      ),
    );
    return byAddress(found.flat());
  }

  function next(address: string): Promise<ReadonlyMap<string, Row>> {
    wanted.add(address);
    return (batch ??= gather());
  }

  async function look(identity: string): Promise<Row | undefined> {
    const address = identity.toLowerCase();
    if (/^[^@\s']+@[^@\s]+$/.test(address)) {
      const owner = (await (asked.get(address) ?? next(address))).get(address);
      if (owner && !changed.has(idOf(owner))) return owner;
    }
    // A name, a sign-in name that is no address, nobody, or several.
    try {
      return (await exchange.invoke("Get-Recipient", { Identity: identity }))[0];
    } catch (error) {
      if (isFault(error, "NOT_FOUND")) return undefined;
      throw error;
    }
  }

  async function find(identity: string): Promise<Row | undefined> {
    const key = identity.toLowerCase();
    const looking = known.get(key) ?? look(identity);
    known.set(key, looking);
    try {
      const found = await looking;
      // Who is absent now may come.
      if (!found) known.delete(key);
      return found;
    } catch (error) {
      known.delete(key);
      throw error;
    }
  }

  return {
    find,
    written: (id) => {
      if (id !== undefined) changed.add(id);
      known.clear();
    },
  };
}

/** Filters for recipients with one of these addresses, none longer than Exchange takes. Pure. */
export function filtersFor(addresses: readonly string[]): string[] {
  const filters: string[] = [];
  for (const address of addresses) {
    const clause = equals("EmailAddresses", `smtp:${address}`);
    const longer = `${filters.at(-1)} -or ${clause}`;
    if (filters.length > 0 && longer.length <= longest) filters[filters.length - 1] = longer;
    else filters.push(clause);
  }
  return filters;
}

/** Recipients by each of their addresses in lower case; an address that two of them claim is left out. */
function byAddress(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const owners = new Map<string, Row>();
  const claimed = new Map<string, string>();
  for (const row of rows) {
    const addresses = [loose(row["EmailAddresses"]) ?? [], loose(row["PrimarySmtpAddress"]) ?? []].flat();
    for (const address of new Set(addresses.map((each) => each.replace(/^smtp:/, "")))) {
      if ((claimed.get(address) ?? idOf(row)) === idOf(row)) owners.set(address, row);
      else owners.delete(address);
      claimed.set(address, idOf(row));
    }
  }
  return owners;
}
