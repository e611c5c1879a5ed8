/** What a message carries beyond what it says; all of it may be absent. Plain data, as all state. */
export interface Marks {
  /** The sender's wish for a read receipt is settled: it was sent, or suppressed. */
  receipt?: "done";
  isResponseRequested?: boolean;
  /** More than its read flag was changed since it was made. */
  isModified?: true;
  hashtags?: string[];
  /** Whom the text names with `@`. */
  mentions?: { name: string; address: string }[];
  /** Ids of tags of social activity that a draft is to get. */
  socialTags?: string[];
  /** The message that a draft answers, and how. */
  answers?: { id: string; by: "reply" | "replyAll" | "forward" };
  reminder?: { isSet: boolean; due?: number; minutesBefore: number };
}
