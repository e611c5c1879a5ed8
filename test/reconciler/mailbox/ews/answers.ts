import { describe, expect, test } from "vitest";
import { envelope, readEnvelope } from "../../../../reconciler/mailbox/ews/soap.ts";
import { ewsSchemaMissing, validateEws } from "../../../contract/ews-schema.ts";
import type { Operation } from "../../../../reconciler/mailbox/ews/operation.ts";

/** Parses an answer of an operation, given the attributes and content of its response messages. */
export function parse<Input, Output>(operation: Operation<Input, Output>, ...responses: string[]): Output {
  const { name } = operation;
  const messages = responses.map((inner) => `<m:${name}ResponseMessage ${inner}</m:${name}ResponseMessage>`);
  const answer = `<m:${name}Response><m:ResponseMessages>${messages.join("")}</m:ResponseMessages></m:${name}Response>`;
  return operation.parse(readEnvelope(`<s:Envelope><s:Body>${answer}</s:Body></s:Envelope>`, name), name);
}

/** The beginning of a response message that tells success; its content follows. */
export const ok = 'ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>';

/** The beginning of one that tells an error. */
export function failed(code: string): string {
  return `ResponseClass="Error"><m:ResponseCode>${code}</m:ResponseCode>`;
}

/** An item's properties as the wire has them, and as a summary. */
export const itemXml = `<t:ItemId Id="A" ChangeKey="C"/><t:ItemClass>IPM.Note</t:ItemClass><t:IsDraft>false</t:IsDraft><t:DateTimeCreated>2026-11-22T10:00:00Z</t:DateTimeCreated>`;
export const summary = {
  id: "A",
  version: "C",
  itemClass: "IPM.Note",
  isDraft: false,
  created: Date.UTC(2026, 10, 22, 10),
};

/** Holds an operation's requests to Microsoft's schema. */
export function heldToSchema<Input>(
  operation: Operation<Input, unknown>,
  inputs: Record<string, Input>,
): void {
  const missing = ewsSchemaMissing === undefined ? "" : ` (skipped: ${ewsSchemaMissing})`;
  describe.skipIf(ewsSchemaMissing !== undefined)(
    `requests are valid by Microsoft's schema${missing}`,
    () => {
      test.for(Object.entries(inputs))("%s", ([, input]) => {
        expect(() => validateEws(envelope(operation.request(input), "anna.weber@contoso.com"))).not.toThrow();
      });
    },
  );
}
