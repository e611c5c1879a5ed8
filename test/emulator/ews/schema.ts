import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { XmlDocument, XmlElement, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";
import { schemaFolder, schemasMissing } from "./schemas.ts";

const schema = fileURLToPath(new URL("messages-all.xsd", schemaFolder));
const soap = "http://schemas.xmlsoap.org/soap/envelope/";

/** Why EWS messages cannot be validated here, or undefined when they can. */
export const ewsSchemaMissing = schemasMissing;

let loaded: XsdValidator | undefined;

function validator(): XsdValidator {
  if (loaded) return loaded;
  xmlRegisterFsInputProviders();
  using document = XmlDocument.fromBuffer(readFileSync(schema), { url: schema });
  loaded = XsdValidator.fromDoc(document);
  return loaded;
}

/**
 * Validates a SOAP message (its headers and its body's content; a fault has no schema), or a bare EWS element, against Microsoft's schemas.
 * @throws Error with the schema's messages
 */
export function validateEws(xml: string): void {
  using document = XmlDocument.fromString(xml);
  for (const element of partsOf(document.root)) {
    try {
      validator().validate(element);
    } catch (cause) {
      throw new Error(`${element.name}: ${cause instanceof Error ? cause.message : String(cause)}\n${xml}`, {
        cause,
      });
    }
  }
}

function partsOf(root: XmlElement): XmlElement[] {
  if (root.name !== "Envelope" || root.namespaceUri !== soap) return [root];
  return children(root)
    .flatMap(children)
    .filter(
      (part) =>
        part.namespaceUri !== soap &&
        // The schema of one version admits that version only; clients speak older ones.
        !(part.name === "RequestServerVersion" && part.attr("Version")?.value !== "Exchange2016"),
    );
}

function children(of: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = of.firstChild; node; node = node.next) if (node instanceof XmlElement) found.push(node);
  return found;
}
