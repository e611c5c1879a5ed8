import type { ExtendedProperty } from "../../store.ts";
import { EwsError, schemaError } from "../error.ts";
import { element, type Element } from "../xml.ts";
import { isPropertyType } from "./value.ts";

/** Property sets by the name that EWS has for them ([MS-OXWSCDATA] DistinguishedPropertySetType). */
const sets: Record<string, string> = {
  Meeting: "6ed8da90-450b-101b-98da-00aa003f1305",
  Appointment: "00062002-0000-0000-c000-000000000046",
  Common: "00062008-0000-0000-c000-000000000046",
  PublicStrings: "00020329-0000-0000-c000-000000000046",
  Address: "00062004-0000-0000-c000-000000000046",
  InternetHeaders: "00020386-0000-0000-c000-000000000046",
  CalendarAssistant: "11000e07-b51b-40d6-af21-caa85edab1d0",
  UnifiedMessaging: "4442858e-a9e3-4e80-b900-317a210cc15b",
  Task: "00062003-0000-0000-c000-000000000046",
  Sharing: "00062040-0000-0000-c000-000000000046",
};

/** What tells one extended property from another: the stored form without its value, sets by guid, tags as `0x0E07`. */
export type PropertyPath = Omit<ExtendedProperty, "value">;

/** Reads `t:ExtendedFieldURI`. @throws EwsError ErrorInvalidExtendedProperty | ErrorNoPropertyTagForCustomProperties | ErrorSchemaValidation */
export function readPath({ attributes }: Element): PropertyPath {
  const { PropertyTag, PropertySetId, DistinguishedPropertySetId, PropertyName, PropertyId, PropertyType } =
    attributes;
  if (PropertyType === undefined || !isPropertyType(PropertyType)) {
    throw schemaError(`The 'PropertyType' attribute is invalid: '${PropertyType ?? ""}'.`);
  }
  if (PropertyTag !== undefined) {
    if (PropertySetId ?? DistinguishedPropertySetId ?? PropertyName ?? PropertyId)
      throw new EwsError("ErrorInvalidExtendedProperty");
    return { tag: readTag(PropertyTag), type: PropertyType };
  }
  if (PropertySetId !== undefined && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(PropertySetId))
    throw schemaError(`The 'PropertySetId' attribute is invalid: '${PropertySetId}'.`);
  const named = (PropertyName === undefined) !== (PropertyId === undefined);
  const inOneSet = (PropertySetId === undefined) !== (DistinguishedPropertySetId === undefined);
  if (!named || !inOneSet) throw new EwsError("ErrorInvalidExtendedProperty");
  const setId = PropertySetId?.toLowerCase() ?? sets[DistinguishedPropertySetId ?? ""];
  if (setId === undefined)
    throw schemaError(
      `The 'DistinguishedPropertySetId' attribute is invalid: '${DistinguishedPropertySetId ?? ""}'.`,
    );
  return PropertyName === undefined
    ? { setId, propertyId: Number(PropertyId), type: PropertyType }
    : { setId, name: PropertyName, type: PropertyType };
}

/** Hexadecimal or decimal, as the schema allows. */
function readTag(text: string): string {
  if (!/^(?:0x[0-9a-f]{1,4}|\d+)$/i.test(text))
    throw schemaError(`The 'PropertyTag' attribute is invalid: '${text}'.`);
  const tag = Number(text);
  if (tag > 0xffff) throw schemaError(`The 'PropertyTag' attribute is invalid: '${text}'.`);
  if (tag >= 0x8000) throw new EwsError("ErrorNoPropertyTagForCustomProperties");
  return `0x${tag.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A text that is equal for equal properties. The type is part of a property's identity. */
export function keyOf({ tag, setId, distinguishedSetId, name, propertyId, type }: PropertyPath): string {
  const set =
    setId?.toLowerCase() ?? (distinguishedSetId === undefined ? undefined : sets[distinguishedSetId]);
  if (tag !== undefined) return `0x${tag.slice(2).toUpperCase()}:${type}`;
  return `${set}/${name ?? `#${propertyId}`}:${type}`;
}

/** `t:ExtendedFieldURI` as Exchange spells it in answers: short hexadecimal tags, well-known sets by name. */
export function pathElement({ tag, setId, name, propertyId, type }: PropertyPath): Element {
  if (tag !== undefined) {
    return element("t:ExtendedFieldURI", {
      PropertyTag: `0x${Number(tag).toString(16)}`,
      PropertyType: type,
    });
  }
  const known = Object.entries(sets).find(([, guid]) => guid === setId)?.[0];
  return element("t:ExtendedFieldURI", {
    DistinguishedPropertySetId: known,
    PropertySetId: known === undefined ? setId : undefined,
    PropertyName: name,
    PropertyId: propertyId,
    PropertyType: type,
  });
}

/** The guid of a well-known property set. */
export function setGuid(name: "Common" | "PublicStrings" | "InternetHeaders"): string {
  return sets[name] ?? "";
}
