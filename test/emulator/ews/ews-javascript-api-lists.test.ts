import {
  AffectedTaskOccurrence,
  BasePropertySet,
  ChangeType,
  ConflictResolutionMode,
  ContainmentMode,
  ComparisonMode,
  DeleteMode,
  EmailMessage,
  EmailMessageSchema,
  Folder,
  FolderId,
  FolderView,
  FolderTraversal,
  ItemSchema,
  ItemTraversal,
  ItemView,
  LogicalOperator,
  MessageBody,
  PropertySet,
  SearchFilter,
  SendCancellationsMode,
  ServiceError,
  SortDirection,
  SyncFolderItemsScope,
  WellKnownFolderName,
  type ExchangeService,
  type Item,
} from "ews-javascript-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anna, startEws, type EwsTest } from "./client.ts";
import { connect } from "./managed-api.ts";

const siu = "siu@contoso.com";
const inbox = new FolderId(WellKnownFolderName.Inbox);
let ews: EwsTest;
let service: ExchangeService;

beforeAll(async () => {
  ews = await startEws(async () => undefined);
  await ews.cmdlet("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", User: siu });
});
afterAll(() => ews.close());
beforeEach(async () => {
  service = connect(ews, siu, anna);
  await (await Folder.Bind(service, WellKnownFolderName.Inbox)).Empty(DeleteMode.HardDelete, true);
});

async function save(subject: string, importance = 1): Promise<EmailMessage> {
  const message = new EmailMessage(service);
  message.Subject = subject;
  message.Body = new MessageBody(subject);
  message.Importance = importance;
  await message.Save(WellKnownFolderName.Inbox);
  return message;
}

const subjects = (items: Item[]): string[] => items.map(({ Subject }) => Subject);

describe("ews-javascript-api over lists", () => {
  test("walks through a sorted folder page by page", async () => {
    for (let index = 0; index < 11; index++) await save(`m${String(index).padStart(2, "0")}`, index % 2);
    const view = new ItemView(4, 0);
    view.OrderBy.Add(ItemSchema.Subject, SortDirection.Descending);
    view.Traversal = ItemTraversal.Shallow;
    const pages: string[][] = [];
    for (;;) {
      const page = await service.FindItems(inbox, view);
      pages.push(subjects(page.Items));
      expect(page.TotalCount).toBe(11);
      if (!page.MoreAvailable) break;
      view.Offset = page.NextPageOffset ?? 0;
    }
    expect(pages.map(({ length }) => length)).toEqual([4, 4, 3]);
    expect(pages.flat()).toEqual(pages.flat().toSorted().toReversed());
    expect(new Set(pages.flat()).size).toBe(11);
  });

  test("finds what a nested restriction describes, and nothing else", async () => {
    for (const subject of ["Red apple", "red pear", "green apple", "blue"]) await save(subject);
    const all = new SearchFilter.SearchFilterCollection(LogicalOperator.And, [
      new SearchFilter.ContainsSubstring(
        ItemSchema.Subject,
        "RED",
        ContainmentMode.Prefixed,
        ComparisonMode.IgnoreCase,
      ),
      new SearchFilter.Not(new SearchFilter.ContainsSubstring(ItemSchema.Subject, "pear")),
      new SearchFilter.Exists(EmailMessageSchema.InternetMessageId),
    ]);
    expect(subjects((await service.FindItems(inbox, all, new ItemView(10))).Items)).toEqual(["Red apple"]);
    const any = new SearchFilter.SearchFilterCollection(LogicalOperator.Or, [
      new SearchFilter.IsEqualTo(ItemSchema.Subject, "blue"),
      all,
    ]);
    expect(subjects((await service.FindItems(inbox, any, new ItemView(10))).Items).toSorted()).toEqual([
      "Red apple",
      "blue",
    ]);
  });

  test("loads more of many items at once, and deletes, moves and copies them so", async () => {
    for (const subject of ["one", "two", "three"]) await save(subject);
    const found = await service.FindItems(inbox, new ItemView(10));
    await service.LoadPropertiesForItems(
      found.Items,
      new PropertySet(BasePropertySet.FirstClassProperties, [ItemSchema.TextBody]),
    );
    expect(found.Items.map(({ TextBody }) => TextBody.Text.trim()).toSorted()).toEqual([
      "one",
      "three",
      "two",
    ]);
    const ids = found.Items.map(({ Id }) => Id);
    const copied = await service.CopyItems(ids.slice(0, 2), new FolderId(WellKnownFolderName.Drafts));
    expect(copied.Responses.map(({ Item }) => Item.Id.UniqueId.length > 20)).toEqual([true, true]);
    const moved = await service.MoveItems(ids.slice(0, 1), new FolderId(WellKnownFolderName.Drafts));
    expect(moved.OverallResult).toBe(0);
    const gone = await service.DeleteItems(
      ids,
      DeleteMode.HardDelete,
      SendCancellationsMode.SendToNone,
      AffectedTaskOccurrence.AllOccurrences,
    );
    expect(gone.Responses.map(({ ErrorCode }) => ErrorCode)).toEqual([
      ServiceError.ErrorItemNotFound,
      ServiceError.NoError,
      ServiceError.NoError,
    ]);
    expect((await service.FindItems(inbox, new ItemView(10))).TotalCount).toBe(0);
  });

  test("synchronises a folder in steps: what came, changed and went", async () => {
    for (let index = 0; index < 5; index++) await save(`s${index}`);
    const shape = new PropertySet(BasePropertySet.IdOnly, [ItemSchema.Subject]);
    const sync = (state: string, most = 512) =>
      service.SyncFolderItems(inbox, shape, [], most, SyncFolderItemsScope.NormalItems, state);
    const first = await sync("", 3);
    expect([first.Count, first.MoreChangesAvailable]).toEqual([3, true]);
    const second = await sync(first.SyncState);
    expect([second.Count, second.MoreChangesAvailable]).toEqual([2, false]);
    const [changed, gone] = await Promise.all(
      second.GetEnumerator().map(({ ItemId: id }) => EmailMessage.Bind(service, id)),
    );
    if (!changed || !gone) throw new Error("two items were there");
    changed.Subject = "changed";
    await changed.Update(ConflictResolutionMode.NeverOverwrite);
    await gone.Delete(DeleteMode.HardDelete);
    const added = await save("new");
    const third = await sync(second.SyncState);
    const told = third.GetEnumerator().map(({ ChangeType: kind, ItemId: id }) => [kind, id.UniqueId]);
    expect(told).toEqual(
      expect.arrayContaining([
        [ChangeType.Update, changed.Id.UniqueId],
        [ChangeType.Delete, gone.Id.UniqueId],
        [ChangeType.Create, added.Id.UniqueId],
      ]),
    );
    expect(told).toHaveLength(3);
    expect((await sync(third.SyncState)).Count).toBe(0);
  });

  test("makes, renames, finds and removes folders, and synchronises the hierarchy", async () => {
    const before = await service.SyncFolderHierarchy(PropertySet.IdOnly, "");
    const folder = new Folder(service);
    folder.DisplayName = "Judged";
    folder.FolderClass = "IPF.Note";
    await folder.Save(WellKnownFolderName.Inbox);
    folder.DisplayName = "Judged again";
    await folder.Update();
    const view = new FolderView(50);
    view.Traversal = FolderTraversal.Deep;
    const found = await service.FindFolders(new FolderId(WellKnownFolderName.MsgFolderRoot), view);
    expect(found.Folders.map(({ DisplayName }) => DisplayName)).toContain("Judged again");
    const after = await service.SyncFolderHierarchy(PropertySet.IdOnly, before.SyncState);
    expect(after.GetEnumerator()[0]?.FolderId.UniqueId).toBe(folder.Id.UniqueId);
    await folder.Delete(DeleteMode.HardDelete);
    const last = await service.SyncFolderHierarchy(PropertySet.IdOnly, after.SyncState);
    expect([last.Count, last.GetEnumerator()[0]?.ChangeType]).toEqual([1, ChangeType.Delete]);
  });

  test("is told by a busy server for how long to stay away", async () => {
    ews.organization.faults.add({
      protocol: "ews",
      operation: "GetFolder",
      failure: "throttle",
      retryAfter: 7,
    });
    const busy = await Folder.Bind(service, WellKnownFolderName.Inbox).catch((error: unknown) => error);
    expect(busy).toMatchObject({
      faultCode: "e:ErrorServerBusy",
      errorDetails: { objects: { BackOffMilliseconds: "7000" } },
    });
    expect((await Folder.Bind(service, WellKnownFolderName.Inbox)).DisplayName).toBe("Inbox");
  });

  test("sends a draft, and has it in Sent Items", async () => {
    const draft = await save("to be sent");
    draft.ToRecipients.Add("x@example.org");
    await draft.Update(ConflictResolutionMode.AutoResolve);
    await draft.SendAndSaveCopy();
    const sent = await service.FindItems(new FolderId(WellKnownFolderName.SentItems), new ItemView(10));
    expect(subjects(sent.Items)).toEqual(["to be sent"]);
    expect((await service.FindItems(inbox, new ItemView(10))).TotalCount).toBe(0);
  });
});
