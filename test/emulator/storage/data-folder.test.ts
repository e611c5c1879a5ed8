import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createOrganization } from "../organization.ts";
import { rows, sideOf, type Store } from "../store.ts";

const expected = [
  "groupSyncs.log",
  "mailboxes",
  "organization.bin",
  "outbox.log",
  "queue.log",
  "sequence",
  "state.bin",
  "trace-onPremises.log",
  "trace-online.log",
  "uploads.log",
];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "snapshot-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("an organization is taken up from its folder as it was, Maps and bytes included", async () => {
  const first = await createOrganization({ dataFolder: folder });
  const id = first.nextId();
  await first.flush();
  const second = await createOrganization({ dataFolder: folder });
  expect(second.store).toEqual(first.store);
  expect(second.authority.ca).toBe(first.authority.ca);
  expect(second.nextId()).toBe(id + 1);
});

test("a write that is waited for holds what was there when it was asked for, however many ask", async () => {
  const organization = await createOrganization({ dataFolder: folder });
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      organization.store.tenantDomain = `t${index}.example`;
      await organization.flush();
    }),
  );
  const again = await createOrganization({ dataFolder: folder });
  expect(again.store.tenantDomain).toBe("t19.example");
  expect((await readdir(folder)).toSorted()).toEqual(expected);
});

test("a write that the disk refused is told, and the next one succeeds", async () => {
  const organization = await createOrganization({ dataFolder: folder });
  await rm(folder, { recursive: true });
  organization.store.tenantDomain = "x.example";
  await expect(organization.flush()).rejects.toThrow("ENOENT");
  folder = await mkdtemp(join(tmpdir(), "snapshot-test-"));
});

test("a damaged snapshot is refused with what to do", async () => {
  await writeFile(join(folder, "organization.bin"), "nonsense");
  await expect(createOrganization({ dataFolder: folder })).rejects.toThrow(
    "is damaged: delete it to start from the seed again",
  );
});

test.each([
  ["an older one, which had no number", {}, "none"],
  ["a later one", { format: 1000 }, "1000"],
])("a snapshot of another format is refused with what to do: %s", async (_, written, named) => {
  const file = join(folder, "organization.bin");
  const first = await createOrganization({ dataFolder: folder });
  const { format, ...state } = deserialize(await readFile(file)) as Record<string, unknown>;
  await writeFile(file, serialize({ ...state, ...written }));
  await expect(createOrganization({ dataFolder: folder })).rejects.toThrow(
    `The data folder ${folder} holds a snapshot of another format (${named}; ${String(format)} is wanted): delete the folder to start from the seed again.`,
  );
  await writeFile(file, serialize({ ...state, format }));
  await expect(createOrganization({ dataFolder: folder })).resolves.toMatchObject({ store: first.store });
});

test("two organizations share nothing, and no password repeats", async () => {
  const passwords = (store: Store): string[] =>
    [...(store.sides.get("onPremises")?.recipients.values() ?? [])].flatMap(({ password }) => password ?? []);
  const [one, other] = await Promise.all([createOrganization(), createOrganization()]);
  const all = [...passwords(one.store), ...passwords(other.store)];
  expect(new Set(all).size).toBe(all.length);
  rows(sideOf(one, "online"), "InboundConnector").forEach((row) => (row["Enabled"] = false));
  expect(rows(sideOf(other, "online"), "InboundConnector")[0]?.["Enabled"]).toBe(true);
});
