import { EwsError } from "../ews/error.ts";
import type { Item } from "../store.ts";
import type { Call } from "./call.ts";
import { etagOf } from "./message.ts";

/** Holds a change to the state that the client saw: If-Match. @throws EwsError ErrorIrresolvableConflict, answered as 412 */
export function checkMatch({ headers }: Pick<Call, "headers">, item: Item): void {
  const wanted = headers["if-match"];
  if (wanted === undefined || wanted.trim() === "*") return;
  const bare = (tag: string) => tag.trim().replace(/^W\//, "").replaceAll('"', "");
  const current = bare(etagOf(item));
  if (!wanted.split(",").some((tag) => bare(tag) === current))
    throw new EwsError("ErrorIrresolvableConflict");
}
