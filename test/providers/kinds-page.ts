/** Writes docs/kinds.md: `npm run kinds`. */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Kind, ObjectKind } from "../../providers/kind.ts";
import { kinds, type KindName } from "../../providers/kinds/all.ts";
import { configuredBy, type Configured } from "./configured-by.ts";

export const page = new URL("../../docs/kinds.md", import.meta.url);
const folder = new URL("../../providers/kinds/", import.meta.url);

const head = `# Kinds

What a stack consists of, kind by kind: generated from \`providers/kinds/\` and \`stacks/config/schema.json\` by
\`npm run kinds\`. [provisioning.md](provisioning.md) says in which order they come and whose objects they are.

Properties are named like the parameters of the \`New-\` cmdlet. *Configured by*: keys of the stack's file that change the
property ([configuration.md](configuration.md)); where there is none, a preset or the product says it. *Otherwise*: what it
has to be when nobody asks for it; drift away from it is drift. *Rewritten*: Exchange shows another spelling of the same
value, which is no drift (letter case, order, and one value or a list of one never are).
`;

/** The text of docs/kinds.md for the present kinds and schema. */
export function kindsPage(): string {
  const configured = configuredBy();
  const sections = Object.entries(kinds).map(([name, kind]) =>
    section(name as KindName, kind, configured.get(name as KindName) ?? new Map()),
  );
  return [head, ...sections].join("\n");
}

function section(name: KindName, kind: Kind, configured: Configured): string {
  const wanted = [...(configured.get("") ?? [])].toSorted().map(code).join(", ");
  return [
    `## ${name}\n`,
    `${said(name)}\n`,
    `${place(kind)}${wanted === "" ? "" : ` There or not by ${wanted}.`}\n`,
    kind.is === "object" ? ofObject(kind, configured) : ofOthers(configured),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

/** The sentence above a kind in its own file. */
function said(name: KindName): string {
  const all = readFileSync(new URL("all.ts", folder), "utf8");
  const variable = new RegExp(`^  ${name}: (\\w+),`, "m").exec(all)?.[1] ?? "";
  const file = new RegExp(`import \\{ ${variable} \\} from "\\./([\\w/.-]+)"`).exec(all)?.[1] ?? "";
  const source = readFileSync(new URL(file, folder), "utf8");
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export const ${variable}\\b`).exec(
    source,
  )?.[1];
  if (comment === undefined) throw new Error(`${file} does not say what ${variable} is.`);
  return comment.replaceAll(/\n \* ?/g, "\n").trim();
}

function place(kind: Kind): string {
  const sides = kind.sides.map((side) => (side === "online" ? "Exchange Online" : "on-premises")).join(", ");
  if (kind.is === "publication") return "Published to the running daemon.";
  if (kind.is === "condition")
    return `A condition (${sides}): looked at and waited for, never created or removed.`;
  if (kind.is === "setting")
    return `Settings of \`${kind.of.noun}\` (${sides}): set, kept, and given back as they were.`;
  const mark = kind.mark === undefined ? "its name says whose it is" : `\`${kind.mark}\` carries the mark`;
  return `\`${kind.noun}\` (${sides}); ${mark}.`;
}

function ofObject(kind: ObjectKind, configured: Configured): string {
  const names = new Set([
    // What a preview does not look for yet is no property.
    ...[...configured.keys()].filter((name) => name !== "" && name !== "Arriving"),
    ...Object.keys(kind.defaults),
    ...Object.keys(kind.forms),
    ...Object.keys(kind.properties),
    ...kind.fixed,
    ...kind.afterwards,
    ...(kind.wishes?.names ?? []),
    ...[kind.secret, kind.mark, kind.toggle?.parameter].filter((each) => each !== undefined),
  ]);
  const plain = (name: string): boolean =>
    name in kind.defaults &&
    kind.defaults[name] === null &&
    !configured.has(name) &&
    !(name in kind.properties);
  const rows = [...names]
    .filter((name) => !plain(name))
    .toSorted()
    .map((name) => [
      code(name),
      sources(configured, name),
      otherwise(kind, name),
      remarks(kind, name).join("; "),
    ]);
  const empty = [...names].filter(plain).toSorted().map(code);
  return `${table(["property", "configured by", "otherwise", ""], rows)}${
    empty.length === 0 ? "" : `\nNothing unless the file asks for it: ${empty.join(", ")}.\n`
  }`;
}

function ofOthers(configured: Configured): string {
  const names = [...configured.keys()].filter(Boolean).toSorted();
  return table(
    ["property", "configured by"],
    names.map((name) => [code(name), sources(configured, name)]),
  );
}

function sources(configured: Configured, name: string): string {
  return [...(configured.get(name) ?? [])].toSorted().map(code).join(", ");
}

function otherwise(kind: ObjectKind, name: string): string {
  if (!(name in kind.defaults)) return "";
  const value = kind.defaults[name];
  return value === null ? "nothing" : code(String(value));
}

function remarks(kind: ObjectKind, name: string): string[] {
  const { fixed, afterwards, secret, forms, properties, mark, toggle, together, wishes } = kind;
  const others = together.filter((group) => group.includes(name)).flat();
  return [
    ...(fixed.includes(name) ? ["immutable: a change replaces the object"] : []),
    ...(afterwards.includes(name) ? ["set in a second step"] : []),
    ...(name === secret ? ["secret"] : []),
    ...(name in forms ? ["rewritten"] : []),
    ...(name in properties ? [`read as ${code(properties[name] ?? "")}`] : []),
    ...(name === mark ? ["the mark"] : []),
    ...(name === toggle?.parameter
      ? [`by ${code(toggle.on)} and ${code(toggle.off)}, on as the last step`]
      : []),
    ...others.filter((each) => each !== name).map((each) => `sent with ${code(each)}`),
    ...(wishes?.names.includes(name) ? ["no parameter: fulfilled by another one"] : []),
  ];
}

function table(columns: string[], rows: string[][]): string {
  if (rows.length === 0) return "";
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |\n`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("");
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(page, kindsPage());
