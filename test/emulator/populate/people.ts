import type { SideName } from "../store.ts";

/** Somebody with a mailbox. */
export interface Person {
  name: string;
  /** The part before the @; made of the name unless told. */
  alias?: string;
  /** Random unless told. */
  password?: string;
  home: SideName;
}

/** A group of people and groups, by their aliases. */
export interface Group {
  name: string;
  alias: string;
  members: string[];
  hidden?: boolean;
}

/** Who is in an organization when it begins. */
export interface Population {
  people: Person[];
  groups: Group[];
}

const onPremises = `Anna Weber, Ben Fischer, Clara Schulz, David Koch, Eva Lindqvist, Felix Braun, Greta Hansen, Henrik Olsen,
  Inés García, Jörg Müller, Kim Tanaka, Łukasz Nowak, Marta Silva, Nils Berger, Otto Outsider, Paula Novak,
  Quentin Durand, Rosa Keller, Seán O'Brien, Tina Vogel`;
const online = "Uma Patel, Victor Hugo, Wanda Zielińska";
const sales = ["felix.braun", "greta.hansen", "henrik.olsen", "ines.garcia"];
const board = ["anna.weber", "david.koch", "quentin.durand"];
/** In no group that gets signatures. */
const outside = ["nils.berger", "tina.vogel"];

const first = `Ada Adam Agnes Aldo Alma Amélie Andrea Anton Beata Bruno Carla Carmen Cédric Chiara Conrad Dana Daniel Diego
  Edith Elena Emil Erik Esther Fabio Frida Gerda Hana Hugo Ida Igor Irene Ivan Jana Jens Joana Jonas Julia Karin Karl Klara
  Lars Laura Leon Lina Lucia Magnus Maja Marco Maria Mateo Milan Mira Nadia Nora Oskar Petra Pia Rafael Renata Simon`;
const last = `Adler Albrecht Almeida Bauer Becker Bianchi Björk Castro Conti Costa Dahl Dubois Ebert Engel Esposito Ferrari
  Fontaine Franke Gallo Gomez Greco Haas Hahn Holm Horvat Huber Jansen Kaiser Kovač Kraus Lang Laurent Lehmann Lind Lopes
  Marino Mayer Moreau Moser Nagy Nielsen Novotny Pereira Peters Petit Pohl Ricci Romano Roth Rossi Santos Sato Sauer Seidel
  Simon Sommer Svoboda Thoma Urban Winter`;

/** The people and groups of every demonstration and test. */
export function defaultPopulation(hybrid: boolean): Population {
  return withGroups([
    ...names(onPremises, /\s*,\s*/).map((name): Person => ({ name, home: "onPremises" })),
    ...(hybrid ? names(online, /\s*,\s*/) : []).map((name): Person => ({ name, home: "online" })),
  ]);
}

/** The least number of people that both sides of an organization have somebody of. */
export function fewestPeople(hybrid: boolean): number {
  return hybrid ? 2 : 1;
}

/**
 * As many people as told: the default ones first, of whom at least one is in Exchange Online in a hybrid organization, then made-up ones
 * on-premises; always the same.
 */
export function populationOf(hybrid: boolean, count: number): Population {
  const usual = defaultPopulation(hybrid).people;
  const away = usual.filter(({ home }) => home === "online");
  const here = usual.slice(0, Math.max(count - away.length, Math.ceil(count / 2)));
  const people = [...here.filter(({ home }) => home === "onPremises"), ...away].slice(0, count);
  const [firsts, lasts] = [names(first, /\s+/), names(last, /\s+/)];
  for (let index = 0; people.length < count; index++) {
    const given = firsts[index % firsts.length] ?? "";
    // The surname moves on with each round of first names, so that all pairs come up before one returns.
    const round = Math.floor(index / firsts.length);
    const name = `${given} ${lasts[(index + round) % lasts.length] ?? ""}`;
    const again = Math.floor(index / (firsts.length * lasts.length));
    const alias = `${aliasOf(name)}${again === 0 ? "" : again + 1}`;
    people.push({ name: again === 0 ? name : `${name} ${again + 1}`, alias, home: "onPremises" });
  }
  return withGroups(people);
}

/** `Łukasz Nowak` -> `lukasz.nowak` */
export function aliasOf(name: string): string {
  const plain = name
    .normalize("NFD")
    .replaceAll("Ł", "L")
    .replaceAll(/[^A-Za-z ]/g, "");
  return plain.trim().toLowerCase().replaceAll(/ +/g, ".");
}

function names(text: string, separator: RegExp): string[] {
  return text.trim().split(separator);
}

/** The default groups, with those of their members who are there; a group without any is left out. */
function withGroups(people: Person[]): Population {
  const aliases = people.map((each) => each.alias ?? aliasOf(each.name));
  const there = (wanted: string[]): string[] => wanted.filter((alias) => aliases.includes(alias));
  const direct = aliases.filter((alias) => !sales.includes(alias) && !outside.includes(alias));
  const sellers = there(sales);
  const groups: Group[] = [
    { name: "Sales", alias: "sales", members: sellers },
    { name: "Board", alias: "board", members: there(board), hidden: true },
    {
      name: "Signatures",
      alias: "signatures",
      members: [...direct, ...(sellers.length > 0 ? ["sales"] : [])],
    },
  ];
  return { people, groups: groups.filter(({ members }) => members.length > 0) };
}
