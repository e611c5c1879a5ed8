import type { GrowthSizes } from "./daemon/growth.ts";
import type { Size } from "./daemon/measure.ts";

/** How much is measured. */
export interface Sizes {
  daemon: Size;
  far: { messages: number };
  growth: GrowthSizes;
  /** Updates for each figure of growth. */
  updates: number;
  /** Resources of the stacks, for each adapter. */
  provisioner: { rest: number[]; powershell: number[] };
}

export const whole: Sizes = {
  daemon: { messages: 500, perSecond: 50, repetitions: 3 },
  far: { messages: 100 },
  growth: {
    "items in a mailbox": [300, 30_000, 300_000],
    mailboxes: [1, 100, 2000],
    "jobs waiting": [100, 10_000, 100_000],
    // Fifty would take five minutes of a processor alone.
    "messages of 25 MB at once": [1, 8],
  },
  updates: 200,
  provisioner: { rest: [10, 100, 500], powershell: [10, 100] },
};

export const quick: Sizes = {
  daemon: { messages: 200, perSecond: 50, repetitions: 2 },
  far: { messages: 50 },
  growth: {
    "items in a mailbox": [300, 30_000],
    mailboxes: [1, 200],
    "jobs waiting": [100, 10_000],
    "messages of 25 MB at once": [1],
  },
  updates: 100,
  provisioner: { rest: [10, 100], powershell: [10] },
};

export const few: Sizes = {
  daemon: { messages: 4, perSecond: 20, repetitions: 1 },
  far: { messages: 2 },
  growth: {
    "items in a mailbox": [30],
    mailboxes: [3],
    "jobs waiting": [10],
    "messages of 25 MB at once": [],
  },
  updates: 4,
  provisioner: { rest: [10], powershell: [] },
};
