import { row, Thrown, thing, toText, type List, type Thing, type Value } from "./value.ts";

/** Types by the names that PowerShell lets one write, without `System.`. */
const aliases: Record<string, string> = {
  bool: "boolean",
  int: "int32",
  long: "int64",
  pscredential: "management.automation.pscredential",
  scriptblock: "management.automation.scriptblock",
};

/** A type's name in one spelling: lower case, without `System.`. */
export function typeNamed(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/^system\./, "");
  return aliases[plain] ?? plain;
}

/** Whether a value is of a type (`-is`). */
export function isOf(value: Value, type: string): boolean {
  if (value === null) return false;
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "int32":
      return Number.isInteger(value);
    case "int64":
      return false;
    case "double":
      return typeof value === "number" && !Number.isInteger(value);
    case "collections.ienumerable":
      return (
        typeof value === "string" || Array.isArray(value) || (typeof value === "object" && "items" in value)
      );
    default:
      return typeof value === "object" && "type" in value && typeNamed(value.type) === type;
  }
}

/** `[type]value`. @throws Thrown */
export function cast(type: string, value: Value): Value {
  if (type === "string") return toText(value);
  if (type === "pscustomobject" && value !== null && typeof value === "object" && "pairs" in value)
    return row(Object.fromEntries(value.pairs.values()));
  if (type === "char" && typeof value === "number") return String.fromCharCode(value);
  throw new Error(`The stand-in casts nothing to [${type}].`);
}

export const consoles: Record<"out" | "error", Thing> = {
  out: writer(process.stdout),
  error: writer(process.stderr),
};

function writer(stream: NodeJS.WriteStream): Thing {
  const members: Thing["members"] = new Map<string, Value | ((...given: Value[]) => Value)>([
    ["newline", "\n"],
  ]);
  members.set("writeline", (line = "") => {
    stream.write(`${toText(line)}${toText(members.get("newline") as Value)}`);
    return null;
  });
  return { type: "System.IO.TextWriter", text: "System.IO.TextWriter", members };
}

const bytes = (data: Buffer): Thing & { data: Buffer } => ({ ...thing("System.Byte[]", {}), data });

function dataOf(value: Value | undefined): Buffer {
  if (value !== null && typeof value === "object" && "data" in value && Buffer.isBuffer(value.data))
    return value.data;
  throw new Error("An array of bytes is wanted.");
}

const utf8 = thing("System.Text.UTF8Encoding", {
  getbytes: (text = "") => bytes(Buffer.from(toText(text), "utf8")),
  getstring: (data) => dataOf(data).toString("utf8"),
});

/** A certificate with its key, both PEM inside. */
export interface Certificate extends Thing {
  pem: { certificate: string; key: string };
}

function certificate(pem: Certificate["pem"]): Certificate {
  const found = thing("System.Security.Cryptography.X509Certificates.X509Certificate2", {
    export: (format = "") => {
      if (toText(format) !== "Pfx") throw new Error("Only Pfx is exported.");
      return bytes(Buffer.from(JSON.stringify(pem)));
    },
  });
  return { ...found, pem };
}

/** A SecureString, or what a credential holds. */
export interface Secret extends Thing {
  secret: string;
}

export function secret(value: string): Secret {
  return { ...thing("System.Security.SecureString", {}), secret: value };
}

/** Static members, by type and lower-case name. @throws Error for what the stand-in does not know */
export function staticMember(type: string, name: string): Value | ((...given: Value[]) => Value) {
  const found = statics[type]?.[name];
  if (found === undefined) throw new Error(`The stand-in does not know [${type}]::${name}.`);
  return found;
}

const x509 = "security.cryptography.x509certificates.x509certificate2";
const statics: Record<string, Record<string, Value | ((...given: Value[]) => Value)>> = {
  console: { out: consoles.out, error: consoles.error },
  "text.encoding": { utf8 },
  convert: {
    frombase64string: (text = "") => bytes(Buffer.from(toText(text), "base64")),
    tobase64string: (data) => dataOf(data).toString("base64"),
  },
  "collections.generic.list[object]": { new: (): List => ({ items: [] }) },
  "management.automation.pscredential": {
    new: (user = "", password = null) => {
      if (password === null || typeof password !== "object" || !("secret" in password))
        throw new Thrown(
          "System.Management.Automation.MethodException",
          "MethodException",
          "A SecureString is wanted.",
        );
      return {
        ...thing("System.Management.Automation.PSCredential", { username: user }),
        secret: password.secret,
      } as Secret;
    },
  },
  [x509]: {
    createfrompem: (pem = "", key = "") => certificate({ certificate: toText(pem), key: toText(key) }),
    new: (data) => certificate(JSON.parse(dataOf(data).toString("utf8")) as Certificate["pem"]),
  },
};
