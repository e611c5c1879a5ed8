import { envelope, readEnvelope } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Transport } from "./transport.ts";
import type { Element, Xml } from "./xml.ts";

/** One operation of EWS as a pure pair: what to ask, and what the answer says. */
export interface Operation<Input, Output> {
  /** As Exchange names it: `FindItem`. */
  name: string;
  /** The version of the schema that it takes, where it is not the usual one. */
  version?: string;
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

/** Performs an operation that is answered many times, until the server or the signal ends it. */
export type Listen = <Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  mailbox: string,
  signal: AbortSignal,
) => AsyncIterable<Output>;

/** Calls over a transport; one call is one round trip. What names no mailbox is asked as `owner`, where one is given. */
export function createCall(transport: Pick<Transport, "send">, owner?: string): Call {
  return async (operation, input, mailbox = owner) => {
    const about = aboutOf(operation, mailbox);
    if (mailbox !== undefined && !/^[^\s@]+@[^\s@]+$/.test(mailbox)) {
      throw new Fault("MAILBOX_NOT_FOUND", `${about}: this is not an SMTP address.`);
    }
    const body = envelope(operation.request(input), mailbox, operation.version);
    const { repeatable } = operation;
    const text = await transport.send({ body, mailbox, repeatable, about });
    return operation.parse(readEnvelope(text, about), about);
  };
}

/** The same over a connection that stays open. */
export function createListen(transport: Pick<Transport, "stream">): Listen {
  return async function* (operation, input, mailbox, signal) {
    const about = aboutOf(operation, mailbox);
    const body = envelope(operation.request(input), mailbox);
    for await (const text of transport.stream({ body, mailbox, repeatable: false, about }, signal))
      yield operation.parse(readEnvelope(text, about), about);
  };
}

function aboutOf({ name }: { name: string }, mailbox: string | undefined): string {
  return mailbox === undefined ? name : `${name} in mailbox '${mailbox}'`;
}
