import type { SideName } from "../exchange/port.ts";

/** How people call a side. */
export const sideTitle: Record<SideName, string> = {
  onPremises: "your own servers",
  online: "Exchange Online",
};
