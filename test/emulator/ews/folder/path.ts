import { EwsError, schemaError } from "../error.ts";
import { readPath, type PropertyPath } from "../extended/path.ts";
import type { Value } from "../fields/field.ts";
import { kindOfType, readConstant } from "../path.ts";
import type { Operand } from "../restriction.ts";
import { knows, type Version } from "../version.ts";
import type { Element } from "../xml.ts";
import { folderProperty } from "./extended.ts";
import { folderFields, type FolderField, type FolderView } from "./fields.ts";

/** A property of folders that a request names. */
export type FolderPath = { is: "field"; field: FolderField } | { is: "extended"; property: PropertyPath };

const byUri = new Map(folderFields.map((field) => [field.uri, field]));
/** In the schema, but nothing that a folder of this server ever has. */
const never = ["SharingEffectiveRights", "PolicyTag", "ArchiveTag", "ReplicaList"].map(
  (name) => `folder:${name}`,
);

/** Reads a property path. @throws EwsError ErrorInvalidPropertyRequest for what folders have not, ErrorSchemaValidation for what nothing has */
export function readFolderPath(uri: Element, version: Version): FolderPath {
  if (uri.name === "t:ExtendedFieldURI") return { is: "extended", property: readPath(uri) };
  const name = uri.attributes["FieldURI"] ?? "";
  if (uri.name !== "t:FieldURI" || !name.startsWith("folder:"))
    throw new EwsError("ErrorInvalidPropertyRequest");
  const field = byUri.get(name);
  if (field?.since && !knows(version, field.since)) throw new EwsError("ErrorIncorrectSchemaVersion");
  if (field) return { is: "field", field };
  if (never.includes(name))
    return { is: "field", field: { uri: name, name: `t:${name.slice(7)}`, read: () => undefined } };
  throw schemaError(`The 'FieldURI' attribute is invalid: '${name}'.`);
}

/** What a restriction on folders compares. */
export function folderOperand(version: Version): (uri: Element) => Operand<FolderView> {
  return (uri) => {
    const path = readFolderPath(uri, version);
    if (path.is === "field") {
      const { query } = path.field;
      return { ...(query ? { kind: query.kind } : {}), value: (view): Value => query?.value(view) };
    }
    const kind = kindOfType(path.property.type);
    return {
      kind,
      value: ({ folder, counts }): Value => {
        const value = folderProperty(folder, path.property, counts);
        return typeof value === "string" ? readConstant(kind, value) : value;
      },
    };
  };
}
