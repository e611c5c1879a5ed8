import { envelope, readEnvelope } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Transport } from "./transport.ts";
import type { Element, Xml } from "./xml.ts";

/** One operation of EWS as a pure pair: what to ask, and what the answer says. */
export interface Operation<Input, Output> {
  /** As Exchange names it: `FindItem`. */
  name: string;
  /** A second try, after a connection broke, changes nothing. */
  repeatable: boolean;
  request: (input: Input) => Xml;
  /** `answer` is the `...Response` element; `about` begins the text of errors. @throws Fault */
  parse: (answer: Element, about: string) => Output;
}

/** Performs an operation as the owner of a mailbox, or as the service account itself. */
export type Call = <Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  mailbox?: string,
) => Promise<Output>;

/** Calls over a transport; one call is one round trip. */
export function createCall(transport: Transport): Call {
  return async (operation, input, mailbox) => {
    const about = mailbox === undefined ? operation.name : `${operation.name} in mailbox '${mailbox}'`;
    if (mailbox !== undefined && !/^[^\s@]+@[^\s@]+$/.test(mailbox)) {
      throw new Fault("MAILBOX_NOT_FOUND", `${about}: this is not an SMTP address.`);
    }
    const body = envelope(operation.request(input), mailbox);
    const { repeatable } = operation;
    const text = await transport.send({ body, mailbox, repeatable, about });
    return operation.parse(readEnvelope(text, about), about);
  };
}
