import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";

const folder = fileURLToPath(new URL("../../../../../shared/reference/ews/", import.meta.url));

/** Microsoft's schemas are beside this checkout, not in it. */
export const haveSchema = existsSync(`${folder}messages-all.xsd`);

let validator: XsdValidator | undefined;

function loaded(): XsdValidator {
  xmlRegisterFsInputProviders();
  const url = `${folder}messages-all.xsd`;
  validator ??= XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(url), { url }));
  return validator;
}

/** Validates one operation element that uses the prefixes m: and t:. @throws when it breaks the schema */
export function validate(operation: string): void {
  const types = "http://schemas.microsoft.com/exchange/services/2006/types";
  const messages = "http://schemas.microsoft.com/exchange/services/2006/messages";
  const whole = operation.replace(/^<([\w:]+)/, `<$1 xmlns:m="${messages}" xmlns:t="${types}"`);
  const document = XmlDocument.fromString(whole);
  try {
    loaded().validate(document);
  } finally {
    document.dispose();
  }
}
