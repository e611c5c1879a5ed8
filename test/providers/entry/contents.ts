import { rows } from "../../emulator/store.ts";
import type { Embedded } from "../embedded.ts";

/**
 * Numbers and times that an object gets anew when it is made again; a rule's place, which counts by `before` and `after` only; and
 * whether a tenant has a configuration of its own, which is for good.
 */
const fresh =
  /^(Priority|IsDehydrated|Guid|guid|sid|Sid|Id|ExchangeObjectId|ObjectGuid|When\w+|LastValidationTimestamp|ImmutableId)$/;

/** Objects by side, noun and name: `online TransportRule Name`. */
export type Contents = Record<string, unknown>;

/** Everything that is in the directories and the configuration of an organization; as `inventory`. */
export function contents({ emulator: { organization } }: Embedded): Contents {
  const sides = [...organization.store.sides.values()];
  const all = sides.flatMap((side) => [
    ...[...side.objects.keys()]
      .filter((noun) => noun !== "SoftDeletedMailbox")
      .flatMap((noun) =>
        rows(side, noun).map((row) => [`${side.name} ${noun} ${String(row["Name"])}`, row] as const),
      ),
    ...[...side.recipients.values()].map((each) => [`${side.name} recipient ${each.name}`, each] as const),
  ]);
  return Object.fromEntries(
    all.map(([name, row]) => [
      name,
      JSON.parse(
        JSON.stringify(row, (key, value: unknown) =>
          fresh.test(key) ? undefined : value === "" ? null : value,
        ),
      ) as unknown,
    ]),
  );
}
