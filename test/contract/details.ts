/** A MAPI property by tag, or by number in a property set; its value as text. */
export interface Property {
  type: string;
  tag?: string;
  setId?: string;
  number?: number;
}

/** What a message in Sent Items has besides its body, pictures and files. */
export interface Details {
  categories: string[];
  importance: "Low" | "Normal" | "High";
  isRead: boolean;
  cc: string[];
  bcc: string[];
  properties: (Property & { value: string })[];
}

/** Private, last verb (reply to all) and flag status (flagged): [MS-OXPROPS]. */
export const usual: Details = {
  categories: ["Contract", "Ü & <ö>"],
  importance: "High",
  isRead: true,
  cc: [],
  bcc: [],
  properties: [
    { tag: "0x0036", type: "Integer", value: "2" },
    { tag: "0x1081", type: "Integer", value: "103" },
    { tag: "0x1090", type: "Integer", value: "2" },
  ],
};

const common = "00062008-0000-0000-c000-000000000046";
const task = "00062003-0000-0000-c000-000000000046";
const tags = (type: string, ...all: string[]): Property[] => all.map((tag) => ({ type, tag }));

/** MAPI properties that the tests look at before and after: [MS-OXPROPS]. */
export const watched: readonly Property[] = [
  ...tags("Integer", "0x0017", "0x0036", "0x1080", "0x1081", "0x1090", "0x1095", "0x301A"),
  ...tags("SystemTime", "0x0039", "0x0E06", "0x1082", "0x1091", "0x301C"),
  ...tags("String", "0x001A", "0x0037", "0x003D", "0x0070", "0x0E02", "0x0E03", "0x0E04", "0x0E1D", "0x1035"),
  ...tags("String", "0x1039", "0x1042", "0x0042", "0x0065", "0x0C1A", "0x0C1F"),
  ...tags("Binary", "0x0071", "0x3013", "0x3018", "0x3019"),
  ...tags("Boolean", "0x0023", "0x0029", "0x0E69"),
  { type: "Binary", setId: common, number: 0x8520 },
  { type: "String", setId: common, number: 0x8530 },
  { type: "SystemTime", setId: common, number: 0x8516 },
  { type: "SystemTime", setId: common, number: 0x8517 },
  { type: "SystemTime", setId: task, number: 0x8105 },
];

/** A property as Graph names it. */
export function graphId({ type, tag, setId, number = 0 }: Property): string {
  return tag === undefined ? `${type} {${setId}} Id 0x${number.toString(16)}` : `${type} ${tag}`;
}
