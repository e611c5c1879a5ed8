import { describe } from "vitest";
import { tellLife } from "./life.ts";

describe("the life of a stack on servers of one's own", () => {
  tellLife({ stack: "onprem", environment: "onPremises" });
});
