import { EwsError, schemaError } from "../error.ts";
import { dateTime, readDateTime } from "../time.ts";
import { child, element, type Element } from "../xml.ts";

/** Brings one value of a MAPI type into the form in which Exchange answers it; undefined when it does not fit. */
type Normal = (text: string) => string | undefined;

function integer(minimum: bigint, maximum: bigint): Normal {
  return (text) => {
    if (!/^\s*[+-]?\d+\s*$/.test(text)) return undefined;
    const value = BigInt(text.trim().replace(/^\+/, ""));
    return value >= minimum && value <= maximum ? String(value) : undefined;
  };
}

const float: Normal = (text) =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? String(Number(text)) : undefined;

const types: Record<string, Normal> = {
  ApplicationTime: float,
  Binary: (text) => {
    const bare = text.replace(/\s+/g, "");
    return Buffer.from(bare, "base64").toString("base64") === bare ? bare : undefined;
  },
  Boolean: (text) => ({ true: "true", "1": "true", false: "false", "0": "false" })[text.trim().toLowerCase()],
  CLSID: (text) =>
    /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(text)
      ? text.replace(/[{}]/g, "").toLowerCase()
      : undefined,
  Currency: integer(-(2n ** 63n), 2n ** 63n - 1n),
  Double: float,
  Float: float,
  Integer: integer(-(2n ** 31n), 2n ** 31n - 1n),
  Long: integer(-(2n ** 63n), 2n ** 63n - 1n),
  Short: integer(-(2n ** 15n), 2n ** 15n - 1n),
  String: (text) => text,
  SystemTime: (text) => {
    const time = readDateTime(text.trim());
    return time === undefined ? undefined : dateTime(time);
  },
};
const unsupported = ["Error", "Null", "Object", "ObjectArray"];

export function isPropertyType(type: string): boolean {
  return unsupported.includes(type) || types[type.replace(/Array$/, "")] !== undefined;
}

/** Value or values of `t:ExtendedProperty`. @throws EwsError ErrorInvalidExtendedPropertyValue | ErrorUnsupportedMapiPropertyType */
export function readValue(type: string, property: Element): string | string[] {
  const normal = types[type.replace(/Array$/, "")];
  if (!normal || unsupported.includes(type)) throw new EwsError("ErrorUnsupportedMapiPropertyType");
  const one = (value: Element) => {
    const text = normal(value.text);
    if (text === undefined) throw new EwsError("ErrorInvalidExtendedPropertyValue");
    return text;
  };
  const list = child(property, "t:Values");
  if (list?.children.length === 0) throw schemaError("The element 'Values' has incomplete content.");
  const single = child(property, "t:Value");
  if (type.endsWith("Array") ? !list : !single) throw new EwsError("ErrorInvalidExtendedPropertyValue");
  return list ? list.children.map(one) : single ? one(single) : "";
}

/** `t:Value` or `t:Values`. */
export function valueElement(value: string | string[]): Element {
  if (!Array.isArray(value)) return element("t:Value", {}, value);
  return element("t:Values", {}, ...value.map((each) => element("t:Value", {}, each)));
}
