import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { defaultPopulation, aliasOf, type Population } from "./people.ts";
import type { PlantedMail } from "./plant.ts";

interface SeedFile {
  people?: { name: string; address?: string; password?: string; online?: boolean }[];
  groups?: { name: string; address?: string; members: string[]; hidden?: boolean }[];
  mail?: PlantedMail[];
}

const text = { type: "string" } as const;
const filled = { type: "string", minLength: 1 } as const;
const texts = { type: "array", items: filled } as const;
const flag = { type: "boolean" } as const;
const schema = {
  ...table({
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

/** What a seed file (YAML or JSON) asks for. @throws Error that lists every mistake with its place */
export async function readSeedFile(
  path: string,
  hybrid: boolean,
): Promise<{ population: Population; mail: PlantedMail[] }> {
  const source = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The seed file ${path} cannot be read: ${error.message}`, { cause: error });
  });
  const content = parsed(path, source);
  if (!valid(content)) {
    const mistakes = (valid.errors ?? []).map(
      ({ instancePath, message = "", params }) =>
        `  ${instancePath || "/"} ${message}${"additionalProperty" in params ? `: '${String(params["additionalProperty"])}'` : ""}`,
    );
    throw new Error(`The seed file ${path} is wrong:\n${mistakes.join("\n")}`);
  }
  return { population: populationIn(path, content, hybrid), mail: content.mail ?? [] };
}

function parsed(path: string, source: string): unknown {
  try {
    return parse(source) ?? {};
  } catch (error) {
    throw new Error(
      `The seed file ${path} is no YAML: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function populationIn(path: string, { people, groups }: SeedFile, hybrid: boolean): Population {
  if (!people) {
    const population = defaultPopulation(hybrid);
    return groups ? { ...population, groups: groupsIn(path, groups) } : population;
  }
  const listed = people.map(({ name, address, password, online }) => ({
    name,
    alias: address === undefined ? aliasOf(name) : localPart(path, address),
    ...(password === undefined ? {} : { password }),
    home: online && hybrid ? ("online" as const) : ("onPremises" as const),
  }));
  const everyone = { name: "Everyone", alias: "everyone", members: listed.map(({ alias }) => alias) };
  const named = groups ? groupsIn(path, groups) : [everyone];
  const aliases = [...listed, ...named].map(({ alias }) => alias);
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index || reserved.includes(alias));
  if (twice !== undefined) {
    throw new Error(
      `The seed file ${path} uses the address ${twice}@contoso.com more than once, or it is one of ${reserved.join(", ")}, which every organization has: choose another.`,
    );
  }
  return { people: listed, groups: named };
}

const reserved = ["admin", "siu", "info"];

function groupsIn(path: string, groups: NonNullable<SeedFile["groups"]>): Population["groups"] {
  return groups.map(({ name, address, members, hidden }) => ({
    name,
    alias: address === undefined ? aliasOf(name) : localPart(path, address),
    members: members.map((member) => localPart(path, member)),
    ...(hidden === undefined ? {} : { hidden }),
  }));
}

function localPart(path: string, address: string): string {
  const alias = /^([^@\s]+)@contoso\.com$/i.exec(address)?.[1]?.toLowerCase();
  if (alias === undefined) {
    throw new Error(
      `The seed file ${path} names ${address}: the organization's addresses end in @contoso.com.`,
    );
  }
  return alias;
}

function table(properties: object): object {
  return { type: "object", additionalProperties: false, properties };
}

function rows(required: string[], properties: object): object {
  return { type: "array", items: { ...table(properties), required } };
}
