import { rows } from "../../emulator/store.ts";
import type { Embedded } from "../embedded.ts";

/** Numbers and times that an object gets anew when it is made again; a rule's place counts by `before` and `after` only. */
const fresh =
  /^(Priority|Guid|guid|sid|Sid|Id|ExchangeObjectId|ObjectGuid|When\w+|LastValidationTimestamp|ImmutableId)$/;

/** Everything that is in the directories and the configuration of an organization, by side, noun and name; as `inventory`. */
export function contents({ emulator: { organization } }: Embedded): Record<string, unknown> {
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
