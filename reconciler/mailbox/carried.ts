/** A MAPI property of a message that stands for itself: a tag, or a number in a property set; its type as EWS and Graph name it. */
export interface CarriedProperty {
  type: "String" | "Integer" | "Boolean" | "SystemTime" | "Binary";
  tag?: string;
  set?: keyof typeof propertySets;
  number?: number;
}

/** Sets by the names that EWS has for them: it answers with the name even where it was asked by the id. */
export const propertySets = {
  Common: "00062008-0000-0000-c000-000000000046",
  Task: "00062003-0000-0000-c000-000000000046",
} as const;

function tagged(type: CarriedProperty["type"], ...tags: string[]): CarriedProperty[] {
  return tags.map((tag) => ({ type, tag }));
}

function numbered(
  set: keyof typeof propertySets,
  type: CarriedProperty["type"],
  ...numbers: number[]
): CarriedProperty[] {
  return numbers.map((number) => ({ type, set, number }));
}

/**
 * What is carried over to an item that takes the place of another, besides what the protocol has properties of its own for
 * ([MS-OXPROPS]): neither protocol tells which properties an item has, so they have to be known by name.
 */
export const carriedProperties: readonly CarriedProperty[] = [
  // Received and sent; last verb; completion of the flag; retention.
  ...tagged("SystemTime", "0x0E06", "0x0039", "0x1082", "0x1091", "0x301C"),
  // Class; Message-ID, transport headers, In-Reply-To, References; topic of the conversation.
  ...tagged("String", "0x001A", "0x1035", "0x007D", "0x1042", "0x1039", "0x0070"),
  // Sensitivity; icon, last verb; status and colour of the flag; retention; language.
  ...tagged("Integer", "0x0036", "0x1080", "0x1081", "0x1090", "0x1095", "0x301A", "0x3FF1"),
  // Whether the conversation's id comes from its index.
  ...tagged("Boolean", "0x3016"),
  // Place in the conversation; retention and archive tags.
  ...tagged("Binary", "0x0071", "0x3018", "0x3019"),
  // Voting buttons; response of a vote; text and title of the flag.
  ...numbered("Common", "Binary", 0x8520),
  ...numbered("Common", "String", 0x8524, 0x8530, 0x85a4),
  // Start and end of the flag; the reminder: set, minutes before, due, when it shows.
  ...numbered("Common", "SystemTime", 0x8516, 0x8517, 0x8502, 0x8560),
  ...numbered("Common", "Boolean", 0x8503),
  ...numbered("Common", "Integer", 0x8501),
  // The flag as a task: status, start, due, completed, is complete.
  ...numbered("Task", "Integer", 0x8101),
  ...numbered("Task", "SystemTime", 0x8104, 0x8105, 0x810f),
  ...numbered("Task", "Boolean", 0x811c),
];

/** PidTagMessageFlags, which counts only while an item is created: read (1) or not, and never a draft (8). */
export const messageFlags = { tag: "0x0E07", type: "Integer" } as const;

/** A file or message to attach. */
export interface NewAttachment {
  name: string;
  contentType: string;
  contentId?: string;
  isInline: boolean;
  content: Uint8Array;
  /** An attached message; `content` is its MIME. */
  isItem?: boolean;
}
