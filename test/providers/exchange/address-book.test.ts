import { expect, test } from "vitest";
import { createAddressBook, filtersFor } from "../../../providers/exchange/address-book.ts";
import { Fault } from "../../../providers/exchange/errors.ts";
import type { Parameters, Row } from "../../../providers/exchange/port.ts";

/** A directory that notes what it was asked. */
function directory(people: Row[], expected: string[] = []) {
  const asked: Parameters[] = [];
  const book = createAddressBook(
    {
      side: "online",
      invoke: async (_cmdlet, parameters = {}) => {
        asked.push(parameters);
        const { Filter, Identity } = parameters;
        const found = people.filter(({ EmailAddresses, Name }) =>
          typeof Filter === "string"
            ? [EmailAddresses].flat().some((each) => Filter.includes(`'${String(each).toLowerCase()}'`))
            : [EmailAddresses, Name]
                .flat()
                .some((each) => [Identity, `smtp:${String(Identity)}`].includes(String(each).toLowerCase())),
        );
        if (Filter === undefined && found.length === 0) throw new Fault("NOT_FOUND", "nobody");
        return found;
      },
      close: async () => {},
    },
    () => expected,
  );
  return { asked, book };
}

const person = (name: string): Row => ({
  Guid: name,
  Name: name,
  EmailAddresses: [`SMTP:${name}@contoso.com`],
});

test("who is asked for in one moment, or expected, is looked up with one cmdlet, and never again", async () => {
  const { asked, book } = directory(["anna", "ben", "cleo"].map(person), ["Cleo@contoso.com"]);
  const found = await Promise.all([
    book.find("anna@contoso.com"),
    book.find("BEN@contoso.com"),
    book.find("anna@contoso.com"),
  ]);
  expect(found.map((each) => each?.["Name"])).toEqual(["anna", "ben", "anna"]);
  expect(await book.find("cleo@contoso.com")).toMatchObject({ Name: "cleo" });
  await book.find("anna@contoso.com");
  expect(asked).toHaveLength(1);
});

test("who is expected and asked for while the answer is on its way is not looked up again", async () => {
  const answer = Promise.withResolvers<Row[]>();
  const sent = Promise.withResolvers<void>();
  let times = 0;
  const invoke = (): Promise<Row[]> => {
    times += 1;
    sent.resolve();
    return answer.promise;
  };
  const book = createAddressBook({ side: "online", invoke, close: async () => {} }, () => [
    "ben@contoso.com",
  ]);
  const anna = book.find("anna@contoso.com");
  await sent.promise;
  const ben = book.find("ben@contoso.com");
  answer.resolve(["anna", "ben"].map(person));
  expect([await anna, await ben].map((each) => each?.["Name"])).toEqual(["anna", "ben"]);
  expect(times).toBe(1);
});

test("a filter gets no longer than Exchange takes", () => {
  const addresses = Array.from({ length: 500 }, (_each, index) => `person.number${index}@contoso.com`);
  const filters = filtersFor(addresses);
  expect(filters.every((each) => each.length <= 5_000)).toBe(true);
  expect(filters.length).toBeLessThan(10);
  expect(filters.flatMap((each) => each.split(" -or "))).toHaveLength(500);
});

test("a name that is no address is looked up as it is", async () => {
  const { asked, book } = directory([person("anna")]);
  expect(await book.find("anna")).toMatchObject({ Name: "anna" });
  expect(asked).toEqual([{ Identity: "anna" }]);
});

test("absent is who Exchange says is absent, and may come later", async () => {
  const people: Row[] = [];
  const { asked, book } = directory(people);
  expect(await book.find("anna@contoso.com")).toBeUndefined();
  expect(asked.at(-1)).toEqual({ Identity: "anna@contoso.com" });
  people.push(person("anna"));
  expect(await book.find("anna@contoso.com")).toMatchObject({ Name: "anna" });
});

test("an address that two claim is for Exchange to judge", async () => {
  const { asked, book } = directory([person("anna"), { ...person("anna"), Guid: "other" }]);
  await book.find("anna@contoso.com");
  expect(asked.at(-1)).toEqual({ Identity: "anna@contoso.com" });
});

test("a failure is nobody's absence, and not remembered", async () => {
  let fails = true;
  const book = createAddressBook(
    {
      side: "online",
      invoke: async () => {
        if (fails) throw new Fault("UNAVAILABLE", "away");
        return [person("anna")];
      },
      close: async () => {},
    },
    () => [],
  );
  await expect(
    Promise.all([book.find("anna@contoso.com"), book.find("ben@contoso.com")]),
  ).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  fails = false;
  expect(await book.find("anna@contoso.com")).toMatchObject({ Name: "anna" });
});

test("who was written to, or was not there, is asked for anew; nobody else is", async () => {
  const people = ["anna", "ben"].map(person);
  const { asked, book } = directory(people, ["anna@contoso.com", "ben@contoso.com"]);
  expect(await book.find("cleo@contoso.com")).toBeUndefined();
  asked.length = 0;

  people.push(person("cleo"));
  book.written();
  expect(await book.find("cleo@contoso.com")).toMatchObject({ Name: "cleo" });
  people.shift();
  book.written("anna");
  expect(await book.find("anna@contoso.com")).toBeUndefined();
  expect(await book.find("ben@contoso.com")).toMatchObject({ Name: "ben" });
  expect(asked).toEqual(["cleo@contoso.com", "anna@contoso.com"].map((Identity) => ({ Identity })));
});
