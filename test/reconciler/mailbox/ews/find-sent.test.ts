import { expect, test } from "vitest";
import { findItem, type FindItemInput } from "../../../../reconciler/mailbox/ews/find-item.ts";
import { findSent } from "../../../../reconciler/mailbox/ews/find-sent.ts";
import { getItem } from "../../../../reconciler/mailbox/ews/get-item.ts";
import type { Call } from "../../../../reconciler/mailbox/ews/operation.ts";
import { sentItem } from "../../memory.ts";

const marked = (id: string) => sentItem("<m@x>", { type: "html", content: "" }, { id, mark: "1 original x" });

test("a copy among the newest items does not hide its source further down", async () => {
  const all = [marked("copy"), marked("source")];
  const call = (async (operation: unknown, input: unknown) => {
    if (operation === findItem) return (input as FindItemInput).messageId === undefined ? [all[0]] : all;
    if (operation === getItem) return (input as string[]).map((id) => all.find((item) => item.id === id));
    throw new Error("not to be called");
  }) as Call;
  expect((await findSent(call, "anna@contoso.com", "<m@x>")).map(({ id }) => id)).toEqual(["copy", "source"]);
});
