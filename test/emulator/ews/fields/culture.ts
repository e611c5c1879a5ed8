import { EwsError } from "../error.ts";
import { setGuid } from "../extended/path.ts";
import { plain, type Field } from "./field.ts";
import { keepValue, keptValue } from "../extended/kept.ts";

/** Where an item keeps it, beside the client's own named properties. */
const kept = { setId: setGuid("Common"), name: "Culture", type: "String" };

/** The language of an item, as RFC 3066 names it; that of the server unless somebody said another. */
export const culture: Field = plain(
  "item:Culture",
  "string",
  ({ item }) => String(keptValue(item, kept) ?? "en-US"),
  {
    shape: "AllProperties",
    set: ({ item }, value) => {
      if (!/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(value.text))
        throw new EwsError("ErrorInvalidValueForProperty");
      keepValue(item, kept, value.text);
    },
    clear: ({ item }) => keepValue(item, kept, undefined),
  },
);
