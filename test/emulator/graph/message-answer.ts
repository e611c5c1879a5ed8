import type { View } from "../ews/fields/field.ts";
import type { Answer } from "../http.ts";
import type { Item } from "../store.ts";
import { attachmentBody, attachmentProperties } from "./attachment.ts";
import { graphId, preference, wantsImmutable, type Call, type Opened } from "./call.ts";
import { badRequest } from "./error.ts";
import { extendedNames, extendedValues, pathsIn, pathsOfExpand } from "./extended.ts";
import { messageBody, messageProperties, messageProperty, messageView } from "./message.ts";
import type { Filter } from "./query/filter.ts";
import { walk, type Read } from "./query/match.ts";
import { readExpand, readSelect, selected } from "./query/options.ts";

/** Writes messages as the query asks. @throws GraphError when `$select` or `$expand` name what there is not */
export function messageWriter(
  call: Pick<Call, "headers" | "url">,
  opened: Opened,
): (item: Item) => Record<string, unknown> {
  const select = readSelect(call, "microsoft.graph.message", messageProperties);
  const immutable = wantsImmutable(call);
  const expansions = readExpand(call).map(({ property, filter, select: inner }) => {
    const name = extendedNames.find((each) => each.toLowerCase() === property.toLowerCase());
    if (name) {
      const paths = pathsOfExpand(name, filter);
      return (view: View): [string, unknown][] => {
        const values = extendedValues(view, name, paths);
        return values.length > 0 ? [[name, values]] : [];
      };
    }
    if (property.toLowerCase() === "attachments") {
      const names = inner && selected(inner, "microsoft.graph.attachment", attachmentProperties);
      return ({ item }: View): [string, unknown][] => [
        ["attachments", item.attachments.map((each) => attachmentBody(opened, item, each, names))],
      ];
    }
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${property}' on type 'microsoft.graph.message'.`,
      "RequestBroker--ParseUri",
    );
  });
  return (item) => {
    const view = messageView(call, opened, item);
    return {
      ...messageBody(view, select),
      id: graphId(opened.owner.guid, item, immutable),
      ...Object.fromEntries(expansions.flatMap((expansion) => expansion(view))),
    };
  };
}

/** What `$filter` and `$orderby` see of a message. Extended properties are those that the filter names. */
export function messageReader(
  call: Pick<Call, "headers" | "url">,
  opened: Opened,
): (item: Item, filter: Filter | undefined) => Read {
  return (item, filter) => {
    const view = messageView(call, opened, item);
    return (path) => {
      const [name = "", ...rest] = path;
      const extended = extendedNames.find((each) => each === name);
      if (extended) return filter && asNamed(view, extended, filter);
      if (!messageProperties.includes(name))
        throw badRequest(
          `Could not find a property named '${name}' on type 'microsoft.graph.message'.`,
          "RequestBroker--ParseUri",
        );
      return walk(messageProperty(view, name), rest);
    };
  };
}

/** Found by the id as the filter spells it. */
function asNamed(view: View, name: (typeof extendedNames)[number], filter: Filter): object[] {
  return pathsIn(filter).flatMap(({ spelled, ...path }) =>
    extendedValues(view, name, [path]).map(({ value }) => ({ id: spelled, value })),
  );
}

/** One message with its context. */
export function messageAnswer(call: Call, opened: Opened, item: Item, status = 200): Answer {
  const type = preference(call, "outlook.body-content-type");
  const applied = [
    ...(type === undefined ? [] : [`outlook.body-content-type="${type}"`]),
    ...(wantsImmutable(call) ? ['IdType="ImmutableId"'] : []),
  ];
  return {
    status,
    headers: applied.length === 0 ? {} : { "Preference-Applied": applied.join(", ") },
    body: {
      "@odata.context": `${call.root}/$metadata#users('${opened.owner.guid}')/messages/$entity`,
      ...messageWriter(call, opened)(item),
    },
  };
}
