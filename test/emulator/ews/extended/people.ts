import { headerValue, type Address } from "../../item/headers.ts";
import type { View } from "../fields/field.ts";

/** Text properties about who sent, got and changed a message ([MS-OXOMSG] 2.2.1). Addresses are of the kind SMTP, those of colleagues too. */
export const people: Record<string, (view: View) => string | undefined> = {
  ...person(["0x0C1A", "0x0C1E", "0x0C1F", "0x5D01"], ({ headers }) => headers.sender[0] ?? headers.from[0]),
  ...person(["0x0042", "0x0064", "0x0065", "0x5D02"], ({ headers }) => headers.from[0] ?? headers.sender[0]),
  ...person(["0x0040", "0x0075", "0x0076", "0x5D07"], receiver),
  ...person(["0x0044", "0x0077", "0x0078", "0x5D08"], receiver),
  "0x0050": ({ headers }) => shown(headers.replyTo) || undefined,
  "0x0E02": ({ headers }) => shown(headers.bcc),
  "0x0E03": ({ headers }) => shown(headers.cc),
  "0x0E04": ({ headers }) => shown(headers.to),
  "0x3FF8": ({ call }) => call.acting.displayName,
  "0x3FFA": ({ call }) => call.acting.displayName,
};

/** Names as clients show them, one after the other. */
export function shown(addresses: readonly Address[]): string {
  return addresses.map(({ name }) => name).join("; ");
}

/** Whose mailbox a message came into; what nobody received has none. */
export function receiver({ call: { acting }, item, headers }: View): Address | undefined {
  return item.isDraft || headerValue(headers, "Received") === undefined
    ? undefined
    : { name: acting.displayName, address: acting.primarySmtpAddress };
}

/** What four properties say of a person: name, kind of address, address, SMTP address. */
function person(
  [name = "", kind = "", address = "", smtp = ""]: string[],
  of: (view: View) => Address | undefined,
): typeof people {
  return {
    [name]: (view) => of(view)?.name,
    [kind]: (view) => of(view) && "SMTP",
    [address]: (view) => of(view)?.address,
    [smtp]: (view) => of(view)?.address,
  };
}
