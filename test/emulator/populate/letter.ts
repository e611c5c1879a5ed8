import { escape } from "../escape.ts";
import { random, type Random } from "./random.ts";

/** Somebody who writes or is written to. */
export interface Correspondent {
  name: string;
  address: string;
}

/** What distinguishes the letters of one mailbox: everything about them follows from it. */
export interface Recipe {
  /** Differs from mailbox to mailbox. */
  seed: number;
  /** The owner, as the letters name them. */
  owner: Correspondent;
  /** Numbers of items, the ids of which begin with `first`. */
  count: number;
  first: number;
  /** When the newest one came, milliseconds since 1970. */
  newest: number;
}

/** What a list of messages shows. */
export interface Headline {
  /** A distinguished folder id, or `projects`. */
  folder: string;
  subject: string;
  messageId: string;
  at: number;
  isRead: boolean;
  flagged: boolean;
  categories: string[];
  importance: "Normal" | "High";
}

/** The whole of a message. */
export interface Letter extends Headline {
  from: Correspondent;
  to: Correspondent[];
  cc: Correspondent[];
  /** Message-ID of what it answers. */
  inReplyTo?: string;
  text: string;
  html?: string;
  attachment?: { name: string; contentType: string; content: string };
}

/** Twenty messages are spread so; more begin again. */
const spread = `inbox sentitems inbox sentitems inbox projects sentitems inbox sentitems inbox
  deleteditems inbox sentitems inbox drafts sentitems inbox junkemail sentitems inbox`.split(/\s+/);

const outsiders: Correspondent[] = [
  ["Alicia Thomber", "alicia@fabrikam.example"],
  ["Purchasing", "orders@adventure-works.example"],
  ["Peter Houston", "peter.houston@northwind.example"],
  ["Marie Dupont", "marie.dupont@tailspin.example"],
  ["Yuki Nakamura", "y.nakamura@wingtip.example"],
  ["Travel Desk", "bookings@travel.example"],
].map(([name = "", address = ""]) => ({ name, address }));
const topics =
  `Offer for the new office\nMinutes of Monday's meeting\nInvoice 2026-0815\nQuarterly figures\nDelivery dates\n
  Contract renewal\nTravel to Vienna\nNew price list\nFeedback on the draft\nMaintenance window on Saturday\nLunch on Thursday\n
  Onboarding plan\nQuestions about the order\nPress release\nRoadmap 2027\nSupport case 48213`
    .split(/\s*\n\s*/)
    .filter((topic) => topic !== "");
const sentences = [
  "thank you for the quick answer.",
  "please find the details below.",
  "could you have a look at this by Friday?",
  "the numbers are still preliminary, but the direction is clear.",
  "I have added the open questions to the list – two of them concern your team.",
  "the supplier confirmed the date; the price stays at 1.250,00 €.",
  "we agreed to meet again next week.",
  "let me know whether that suits you.",
];
const day = 86_400_000;

/** The list entry of a mailbox's message number `index`, 0 being the oldest. */
export function headline(recipe: Recipe, index: number): Headline {
  const { pick, chance, below } = random(recipe.seed, index, 1);
  const folder = spread[index % spread.length] ?? "inbox";
  const junk = folder === "junkemail";
  const topic = junk ? "You have won" : pick(topics);
  const subject = !junk && isAnswer(recipe, index) ? `RE: ${topic}` : topic;
  const age = recipe.count - 1 - index;
  return {
    folder,
    subject,
    messageId: messageId(recipe, index),
    // A mailbox reaches back about a year, whatever it holds; within a second the order stays.
    at: recipe.newest - Math.floor(((age + below(80) / 100) * 300 * day) / recipe.count),
    isRead: folder !== "inbox" || age > 20 || chance(0.6),
    flagged: folder === "inbox" && chance(0.06),
    categories: chance(0.05) ? ["Customers"] : [],
    importance: chance(0.04) ? "High" : "Normal",
  };
}

/** The message number `index` of a mailbox; `colleagues` are people of the organization. */
export function letter(recipe: Recipe, index: number, colleagues: readonly Correspondent[]): Letter {
  const head = headline(recipe, index);
  const chosen = random(recipe.seed, index, 2);
  const others = colleagues.filter(({ address }) => address !== recipe.owner.address);
  const somebody = (): Correspondent =>
    others.length > 0 && chosen.chance(0.7) ? chosen.pick(others) : chosen.pick(outsiders);
  const own = head.folder === "sentitems" || head.folder === "drafts";
  const partner = head.folder === "junkemail" ? { name: "Prize", address: "win@prize.example" } : somebody();
  const answers = isAnswer(recipe, index) && head.folder !== "junkemail";
  const from = own ? recipe.owner : partner;
  const to = [own ? partner : recipe.owner];
  const body = paragraphs(chosen, to[0]?.name ?? "", from.name);
  const table = chosen.chance(0.1);
  return {
    ...head,
    from,
    to,
    cc: chosen.chance(0.25)
      ? [somebody()].filter(({ address }) => ![...to, from].some((one) => one.address === address))
      : [],
    ...(answers ? { inReplyTo: `<answered.${index}.${recipe.seed}@contoso.com>` } : {}),
    text: body.join("\r\n\r\n"),
    ...(chosen.chance(0.8) ? { html: html(body) } : {}),
    ...(table
      ? {
          attachment: {
            name: `figures-${index}.csv`,
            contentType: "text/csv",
            content: "month,amount\r\nOctober,1250\r\nNovember,1310\r\n",
          },
        }
      : {}),
  };
}

function isAnswer(recipe: Recipe, index: number): boolean {
  return random(recipe.seed, index, 3).chance(0.35);
}

function messageId(recipe: Recipe, index: number): string {
  return `<${recipe.first + index}.${recipe.seed}@contoso.com>`;
}

function paragraphs(chosen: Random, to: string, from: string): string[] {
  const start = chosen.below(sentences.length);
  // A step without a common divisor, so that no sentence comes twice.
  const body = Array.from(
    { length: 2 + chosen.below(4) },
    (_, index) => sentences[(start + index * 3) % sentences.length] ?? "",
  );
  const [first = "", ...rest] = body;
  const capital = rest.map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1));
  return [`Hello ${to.split(" ")[0] ?? ""},`, first, ...capital, `Best regards\r\n${from}`];
}

function html(body: string[]): string {
  const lines = body.map((text) => `<p>${escape(text).replaceAll("\r\n", "<br>")}</p>`);
  return `<html><head></head><body>${lines.join("\r\n")}</body></html>`;
}
