import { existsSync } from "node:fs";

/** Microsoft's EWS schemas with their WSDL, which are no part of this project; they lie beside the clone where it is developed. */
export const schemaFolder = new URL("../../../../shared/reference/ews/", import.meta.url);

/** Why EWS messages cannot be validated here, or undefined when they can: for `describe.skipIf`, to be said in the title. */
export const schemasMissing: string | undefined = existsSync(new URL("messages-all.xsd", schemaFolder))
  ? undefined
  : "Microsoft's EWS schemas are not beside this clone (../shared/reference/ews)";
