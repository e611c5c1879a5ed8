import { rows, type Item, type Row } from "../../store.ts";
import { guidBytes, guidText } from "../entry-id.ts";
import { EwsError } from "../error.ts";
import { dateTime } from "../time.ts";
import { element, type Element } from "../xml.ts";
import { plain, type Change, type Field } from "./field.ts";
import { keepValue, keptValue } from "../extended/kept.ts";

/** Where MAPI has a tag, the days that it lasts, and the date on which it acts ([MS-OXCMSG] 2.2.1.58). */
interface Place {
  tag: string;
  period: string;
  date: string;
}

const policy: Place = { tag: "0x3019", period: "0x301A", date: "0x301C" };
const archive: Place = { tag: "0x3018", period: "0x301E", date: "0x301F" };
const flags = { tag: "0x301D", type: "Integer" };
const explicit = { [policy.tag]: 0x1, [archive.tag]: 0x20 };
const day = 86_400_000;

function flagsOf(item: Item): number {
  return Number(keptValue(item, flags) ?? 0);
}

/** A guid as MAPI stores it, and as it is written: its first three numbers have their low bytes first. */
function swapped(bytes: Buffer): Buffer {
  const mixed = Buffer.from(bytes);
  mixed.subarray(0, 4).swap32();
  mixed.subarray(4, 8).swap16();
  return mixed;
}

function written(value: string): string | undefined {
  const bytes = Buffer.from(value, "base64");
  return bytes.length === 16 ? guidText(swapped(bytes)) : undefined;
}

/** A retention tag: an administrator made it, and a client gives it to the item. */
function tagField(name: string, place: Place): Field {
  const bit = explicit[place.tag] ?? 0;
  const binary = { tag: place.tag, type: "Binary" };
  return {
    uri: `item:${name}`,
    name: `t:${name}`,
    found: false,
    since: "Exchange2013",
    read: ({ item }) => {
      const guid = written(String(keptValue(item, binary) ?? ""));
      return guid === undefined
        ? undefined
        : element(`t:${name}`, { IsExplicit: (flagsOf(item) & bit) !== 0 }, guid);
    },
    set: (change, value) => {
      const found = tagNamed(change, value);
      const archives = found["RetentionAction"] === "MoveToArchive";
      if (archives !== (place === archive)) throw new EwsError("ErrorInvalidRetentionTagTypeMismatch");
      if (!["true", "1"].includes(value.attributes["IsExplicit"] ?? ""))
        throw new EwsError("ErrorInvalidRetentionTagInheritance");
      const days = daysOf(found);
      const { item } = change;
      keepValue(item, binary, swapped(guidBytes(value.text.trim())).toString("base64"));
      keepValue(item, flags, String(flagsOf(item) | bit));
      keepValue(item, { tag: place.period, type: "Integer" }, days === undefined ? undefined : String(days));
      const acts = days === undefined ? undefined : dateTime(item.received + days * day);
      keepValue(item, { tag: place.date, type: "SystemTime" }, acts);
    },
    clear: ({ item }) => {
      keepValue(item, binary, undefined);
      keepValue(item, flags, String(flagsOf(item) & ~bit));
      keepValue(item, { tag: place.period, type: "Integer" }, undefined);
      keepValue(item, { tag: place.date, type: "SystemTime" }, undefined);
    },
  };
}

/** The tag of the organization with a RetentionId; a tag that was given none goes by its guid. */
function tagNamed({ call: { side } }: Change, { text }: Element): Row {
  const wanted = text.trim().toLowerCase();
  const found = rows(side, "RetentionPolicyTag").find(
    ({ RetentionId, Guid }) => String(RetentionId ?? Guid).toLowerCase() === wanted,
  );
  if (!found) throw new EwsError("ErrorInvalidRetentionTagIdGuid");
  return found;
}

/** `30.00:00:00` are 30 days; a tag that is switched off has none. */
function daysOf({ RetentionEnabled, AgeLimitForRetention }: Row): number | undefined {
  const days = Number.parseInt(String(AgeLimitForRetention ?? ""), 10);
  return RetentionEnabled === false || Number.isNaN(days) ? undefined : days;
}

export const retentionFields: Field[] = [
  tagField("PolicyTag", policy),
  tagField("ArchiveTag", archive),
  plain(
    "item:RetentionDate",
    "date",
    ({ item }) => {
      const kept = keptValue(item, { tag: policy.date, type: "SystemTime" });
      return kept === undefined ? undefined : Date.parse(String(kept));
    },
    { since: "Exchange2013" },
  ),
];
