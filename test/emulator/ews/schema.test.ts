import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ewsSchemaMissing, validateEws } from "./schema.ts";

const folder = new URL("../../../../shared/reference/ews/samples/", import.meta.url);
const samples = existsSync(folder) ? readdirSync(folder) : [];
const invalid = ["bad-updateitem-request.xml", "getstreamingevents-response.documented-wire.xml"];
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

describe.skipIf(ewsSchemaMissing)(
  `Microsoft's EWS schemas${ewsSchemaMissing ? `: skipped, ${ewsSchemaMissing}` : ""}`,
  () => {
    test.each(samples.filter((name) => !invalid.includes(name)))("accept %s", (name) => {
      expect(() => validateEws(read(name))).not.toThrow();
    });

    test.each(invalid)("refuse %s", (name) => {
      expect(() => validateEws(read(name))).toThrow(/not expected|Missing child|is invalid/i);
    });

    test("look inside a SOAP envelope", () => {
      const bad = read("bad-updateitem-request.xml").replace(/^<\?xml.*\?>\s*/, "");
      const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${bad}</s:Body></s:Envelope>`;
      expect(() => validateEws(envelope)).toThrow(/UpdateItem/);
    });
  },
);
