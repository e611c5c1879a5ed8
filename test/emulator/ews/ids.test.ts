import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anna, at, startEws, type EwsTest } from "./client.ts";
import { compressId, decompressId } from "./id-compression.ts";
import { attachmentId, itemId, readChangeKey, readId } from "./ids.ts";
import { create, get, tagXml, updateXml, setXml, uris, type ItemKey } from "./requests.ts";

describe("compression", () => {
  test("writes a repeated byte twice and how many more there are (MS-OXWSITEMID_R21)", () => {
    const plain = Buffer.from([5, 7, 7, 7, 7, 7, 9, 9]);
    expect([...compressId(plain)]).toEqual([1, 5, 7, 7, 3, 9, 9, 0]);
  });

  test("is left out where it would not make an id shorter (MS-OXWSITEMID_R17, MS-OXWSITEMID_R18, MS-OXWSITEMID_R19)", () => {
    expect([...compressId(Buffer.from([1, 2, 3, 3]))]).toEqual([0, 1, 2, 3, 3]);
    expect([...compressId(Buffer.from([3, 3, 3]))]).toEqual([0, 3, 3, 3]);
    expect([...compressId(Buffer.from([3, 3, 3, 3]))]).toEqual([1, 3, 3, 2]);
  });

  test("is undone exactly, whatever the bytes (MS-OXWSITEMID_R22)", () => {
    const bytes = fc.array(fc.nat(3), { maxLength: 400 }).map((list) => Buffer.from(list));
    fc.assert(fc.property(bytes, (each) => decompressId(compressId(each))?.equals(each) === true));
    expect(decompressId(Buffer.from([1, 7, 7]))).toBeUndefined();
    expect(decompressId(Buffer.from([2, 7]))).toBeUndefined();
    expect(decompressId(Buffer.from([1, ...Array<number>(900).fill(255)]))).toBeUndefined();
  });
});

test("what an id names is read from it, and from nothing else", () => {
  const owner = fc.uuid();
  const id = fc.stringMatching(/^[\w-]{1,40}$/);
  fc.assert(
    fc.property(owner, id, id, fc.string(), (mailbox, item, attachment, junk) => {
      expect(readId("item", itemId(mailbox, item))).toEqual({ owner: mailbox, id: item });
      const within = attachmentId(mailbox, item, attachment);
      expect(readId("item", within)).toEqual({ owner: mailbox, id: item, attachment });
      expect(() => readId("item", junk)).toThrow(/malformed|non-empty/);
      const cut = Buffer.from(within, "base64").subarray(0, -1).toString("base64");
      expect(() => readId("item", cut)).toThrow(/malformed/);
    }),
  );
});

describe("an item of a mailbox", () => {
  let ews: EwsTest;
  let item: ItemKey;
  beforeAll(async () => {
    ews = await startEws();
    item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
  });
  afterAll(() => ews.close());

  /** The parts of an id, as a client of Microsoft's document takes it apart. */
  function parts(id: string): { storage: number; moniker: string; instruction: number; store: Buffer } {
    const bytes = decompressId(Buffer.from(id, "base64")) ?? Buffer.alloc(0);
    const moniker = bytes.readInt16LE(1);
    const length = bytes.readInt16LE(3 + moniker + 1);
    const start = 3 + moniker + 3;
    expect(bytes.length).toBe(start + length);
    return {
      storage: bytes[0] ?? -1,
      moniker: bytes.toString("utf8", 3, 3 + moniker),
      instruction: bytes[3 + moniker] ?? -1,
      store: bytes.subarray(start),
    };
  }
  const binary = async (tag: string): Promise<Buffer> => {
    const found = await get(ews, item, tagXml(tag, "Binary"));
    return Buffer.from(at(found, "t:ExtendedProperty", "t:Value")?.text ?? "", "base64");
  };

  test("has the mailbox's guid and its entry id in its id (MS-OXWSITEMID_R63, MS-OXWSITEMID_R66, MS-OXWSITEMID_R37, MS-OXWSITEMID_R38, MS-OXWSITEMID_R39, MS-OXWSITEMID_R74)", async () => {
    const id = parts(item.id);
    expect(id).toMatchObject({ storage: 3, moniker: ews.recipient(anna).guid, instruction: 0 });
    expect(id.store.equals(await binary("0x0FFF"))).toBe(true);
    expect(id.store.length).toBeGreaterThan(22);
  });

  test("has the conversation's 16 bytes in its conversation id (MS-OXWSITEMID_R64, MS-OXWSITEMID_R75)", async () => {
    const found = at(await get(ews, item, uris("item:ConversationId")), "t:ConversationId");
    const id = parts(found?.attributes["Id"] ?? "");
    expect(id).toMatchObject({ storage: 4, moniker: ews.recipient(anna).guid, instruction: 0 });
    expect(id.store.length).toBe(16);
    expect(id.store.equals(await binary("0x3013"))).toBe(true);
  });

  test("has PR_CHANGE_KEY at the end of its change key, and a new one after every change", async () => {
    const before = at(await get(ews, item), "t:ItemId")?.attributes["ChangeKey"] ?? "";
    const key = await binary("0x65E2");
    expect(Buffer.from(before, "base64").subarray(8).equals(key)).toBe(true);
    expect(key.length).toBe(22);
    await ews.ask(updateXml(item, setXml("item:Subject", "<t:Subject>y</t:Subject>")));
    expect((await binary("0x65E2")).equals(key)).toBe(false);
    for (const wrong of ["AAAA", "not base64!", before.slice(0, -4)])
      expect(() => readChangeKey(wrong)).toThrow(/change key/i);
  });
});
