import { bothSides, type Cmdlet } from "./cmdlet.ts";
import { getOnly } from "./noun.ts";
import { size } from "./parameter.ts";

export const acceptedDomain: Cmdlet[] = getOnly("AcceptedDomain", bothSides, {
  ResultSize: { ...size, side: "online" },
});
