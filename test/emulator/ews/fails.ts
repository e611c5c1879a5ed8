import { expect } from "vitest";
import { codes, messages, type Answered } from "./client.ts";

/** Expects an answer of one response message, an error with a code. */
export function fails(answered: Answered, code: string): void {
  expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Error");
  expect(codes(answered)).toEqual([code]);
}
