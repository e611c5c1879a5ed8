import { appendFileSync } from "node:fs";
import { schemasMissing } from "./emulator/ews/schemas.ts";
import { watchSchema } from "./emulator/ews/schema-watch.ts";

/**
 * Preloaded (`node --import`) into a process that runs an embedded Exchange: what does not fit Microsoft's schemas is appended to
 * the file that SCHEMA_VIOLATIONS names, for the test that started the process.
 */
const file = process.env["SCHEMA_VIOLATIONS"];
if (file !== undefined && !schemasMissing) watchSchema((violation) => appendFileSync(file, `${violation}\n`));
