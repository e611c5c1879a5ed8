import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fromPglite } from "pg-boss";
import type { Database, Sql } from "./database.ts";
import { openDurable } from "./durable.ts";
import { grouped } from "./grouped.ts";
import { own } from "./owner.ts";
import { Fault } from "../fault.ts";

/**
 * Opens PGlite in a data folder, which this process then owns.
 * @throws Fault DATA_FOLDER_IN_USE naming the owner, UNEXPECTED when the folder cannot be used
 */
export async function openEmbedded(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The data folder '${folder}' cannot be made (${cause.code}). Choose another one (SIU_DATA).`;
    throw new Fault("UNEXPECTED", message, { cause });
  });
  const owner = await own(folder);
  const pglite = await openDurable(path.join(folder, "database")).catch(async (cause: unknown) => {
    await owner.release();
    const message = `The database in the data folder '${folder}' cannot be opened.`;
    throw new Fault("UNEXPECTED", message, { cause });
  });
  const sql: Sql = (text, values) => pglite.query(text, values);
  return {
    backend: "pglite",
    boss: fromPglite(pglite),
    sql,
    transaction: grouped((work) =>
      pglite.transaction((tx) => work((text, values) => tx.query(text, values))),
    ),
    // PGlite has no process of its own for these two: without them files and log would grow for ever.
    compact: async () => {
      await pglite.exec("VACUUM");
      await pglite.exec("CHECKPOINT");
    },
    close: async () => {
      await pglite.close();
      await owner.release();
    },
  };
}
