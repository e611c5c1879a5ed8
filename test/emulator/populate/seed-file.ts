import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import type { SeedOptions } from "../seed.ts";
import { defaultPopulation, aliasOf, type Population } from "./people.ts";
import type { PlantedMail } from "./plant.ts";
import { listed, mistakeOf, readSeedDocument, type Mistake } from "./seed-document.ts";

interface SeedFile {
  people?: { name: string; address?: string; password?: string; online?: boolean }[];
  groups?: { name: string; address?: string; members: string[]; hidden?: boolean }[];
  mail?: PlantedMail[];
  dehydrated?: boolean;
  application?: { directoryRoles?: string[]; permissions?: string[] };
}

const text = { type: "string" } as const;
const filled = { type: "string", minLength: 1 } as const;
const texts = { type: "array", items: filled } as const;
const flag = { type: "boolean" } as const;
const schema = {
  ...table({
    dehydrated: flag,
    application: table({ directoryRoles: texts, permissions: texts }),
    people: rows(["name"], { name: filled, address: filled, password: filled, online: flag }),
    groups: rows(["name", "members"], {
      name: filled,
      address: filled,
      members: { ...texts, minItems: 1 },
      hidden: flag,
    }),
    mail: rows(["mailbox"], {
      mailbox: filled,
      folder: filled,
      mime: filled,
      from: filled,
      to: texts,
      cc: texts,
      bcc: texts,
      subject: text,
      text,
      html: text,
      messageId: filled,
      date: {
        type: "string",
        pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$`,
      },
      headers: { type: "object", additionalProperties: text },
      attachments: rows(["name"], { name: filled, type: filled, contentId: filled, text, base64: text }),
      read: flag,
      flagged: flag,
      categories: texts,
      importance: { enum: ["Low", "Normal", "High"] },
    }),
  }),
};
const valid = new Ajv({ allErrors: true }).compile<SeedFile>(schema);

/** What a seed file (YAML or JSON) asks of a new organization. @throws Error that lists every mistake with its line */
export async function readSeedFile(
  path: string,
  hybrid: boolean,
): Promise<Pick<SeedOptions, "population" | "mail" | "dehydrated" | "application">> {
  const source = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The seed file ${path} cannot be read: ${error.message}`, { cause: error });
  });
  const document = readSeedDocument(path, source);
  const { content } = document;
  if (!valid(content)) throw listed(path, document, (valid.errors ?? []).map(mistakeOf));
  const mistakes: Mistake[] = [];
  const population = populationIn(content, hybrid, mistakes);
  checkNames(content, population, mistakes);
  if (mistakes.length > 0) throw listed(path, document, mistakes);
  const { mail = [], dehydrated, application } = content;
  return {
    population,
    mail,
    ...(dehydrated === undefined ? {} : { dehydrated }),
    ...(application === undefined ? {} : { application }),
  };
}

function populationIn({ people, groups }: SeedFile, hybrid: boolean, mistakes: Mistake[]): Population {
  const wanted = groups?.map(({ name, address, members, hidden = false }, index) => ({
    name,
    alias: aliasIn(["groups", index], name, address, mistakes),
    members: members.map((member, at) => localPart(["groups", index, "members", at], member, mistakes)),
    hidden,
  }));
  if (!people) {
    const population = defaultPopulation(hybrid);
    return wanted ? { ...population, groups: wanted } : population;
  }
  const listed = people.map(({ name, address, password, online }, index) => ({
    name,
    alias: aliasIn(["people", index], name, address, mistakes),
    ...(password === undefined ? {} : { password }),
    home: online && hybrid ? ("online" as const) : ("onPremises" as const),
  }));
  const everyone = { name: "Everyone", alias: "everyone", members: listed.map(({ alias }) => alias) };
  return { people: listed, groups: wanted ?? [everyone] };
}

const reserved = ["admin", "siu", "info"];

/** Every address stands for one, and every member and mailbox is somebody's. */
function checkNames({ people, groups, mail }: SeedFile, population: Population, mistakes: Mistake[]): void {
  const known = new Set(reserved);
  const everybody = [
    ...population.people.map((each) => each.alias ?? aliasOf(each.name)),
    ...population.groups.map(({ alias }) => alias),
  ];
  const places = [
    ...population.people.map((_each, index) => (people ? ["people", index] : [])),
    ...population.groups.map((_each, index) => (groups ? ["groups", index] : [])),
  ];
  for (const [index, alias] of everybody.entries()) {
    if (known.has(alias))
      mistakes.push({
        path: places[index] ?? [],
        message: `has the address ${alias}@contoso.com, which somebody else has, or every organization (${reserved.join(", ")})`,
      });
    known.add(alias);
  }
  for (const [index, { members }] of (groups ? population.groups : []).entries())
    for (const [at, member] of members.entries())
      if (member !== "" && (!everybody.includes(member) || population.groups[index]?.alias === member))
        mistakes.push({
          path: ["groups", index, "members", at],
          message: `(${member}@contoso.com) is none of the other people and groups`,
        });
  for (const [index, { mailbox }] of (mail ?? []).entries()) {
    const alias = localPart(["mail", index, "mailbox"], mailbox, mistakes);
    if (alias !== "" && !known.has(alias))
      mistakes.push({ path: ["mail", index, "mailbox"], message: `(${mailbox}) is nobody's` });
  }
}

/** The part of an address before the @, or one made of the name; empty, and a mistake, where there is none. */
function aliasIn(
  path: (string | number)[],
  name: string,
  address: string | undefined,
  mistakes: Mistake[],
): string {
  if (address !== undefined) return localPart([...path, "address"], address, mistakes);
  const alias = aliasOf(name);
  if (alias === "")
    mistakes.push({ path: [...path, "name"], message: `(${name}) makes no address: give one beside it` });
  return alias;
}

function localPart(path: (string | number)[], address: string, mistakes: Mistake[]): string {
  const alias = /^([^@\s]+)@contoso\.com$/i.exec(address)?.[1]?.toLowerCase();
  if (alias === undefined) mistakes.push({ path, message: `(${address}) does not end in @contoso.com` });
  return alias ?? "";
}

function table(properties: object): object {
  return { type: "object", additionalProperties: false, properties };
}

function rows(required: string[], properties: object): object {
  return { type: "array", items: { ...table(properties), required } };
}
