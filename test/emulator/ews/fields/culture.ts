import type { Item } from "../../store.ts";
import { EwsError } from "../error.ts";
import { setGuid } from "../extended/path.ts";
import { plain, type Change, type Field } from "./field.ts";

/** Where an item keeps it, beside the client's own named properties. */
const kept = { setId: setGuid("Common"), name: "Culture", type: "String" };

const isKept = ({ setId, name }: Item["extended"][number]): boolean =>
  setId === kept.setId && name === kept.name;

function keep({ item }: Change, value: string | undefined): void {
  item.extended = item.extended.filter((each) => !isKept(each));
  if (value !== undefined) item.extended.push({ ...kept, value });
}

/** The language of an item, as RFC 3066 names it; that of the server unless somebody said another. */
export const culture: Field = plain(
  "item:Culture",
  "string",
  ({ item }) => String(item.extended.find(isKept)?.value ?? "en-US"),
  {
    shape: "AllProperties",
    set: (change, value) => {
      if (!/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(value.text))
        throw new EwsError("ErrorInvalidValueForProperty");
      keep(change, value.text);
    },
    clear: (change) => keep(change, undefined),
  },
);
