import { afterAll, afterEach } from "vitest";
import { schemasMissing } from "./emulator/ews/schemas.ts";
import { watchSchema } from "./emulator/ews/schema-watch.ts";

/**
 * Runs before each test file: whatever talks to an embedded Exchange in this process, every EWS request and answer has to fit
 * Microsoft's schemas, or the test during which it was exchanged fails.
 */
if (!schemasMissing) {
  const violations: string[] = [];
  const watch = watchSchema((violation) => violations.push(violation));
  const judge = async (): Promise<void> => {
    await watch.checked();
    const found = violations.splice(0);
    if (found.length > 0) throw new Error(`Against Microsoft's schemas:\n${found.join("\n\n")}`);
  };
  afterEach(judge);
  afterAll(judge);
}
