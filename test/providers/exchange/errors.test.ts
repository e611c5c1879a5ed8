import { describe, expect, test } from "vitest";
import { interpret, type FaultCode } from "../../../providers/exchange/errors.ts";

const tasks = "|Microsoft.Exchange.Configuration.Tasks";

describe("what an answer of Exchange means", () => {
  test.each<[string, number, string, FaultCode]>([
    [
      "no such object",
      400,
      `${tasks}.ManagementObjectNotFoundException|object 'x' couldn't be found on 'DC01'.`,
      "NOT_FOUND",
    ],
    [
      "a namesake",
      400,
      "|Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException|The object 'x' already exists.",
      "ALREADY_EXISTS",
    ],
    [
      "two objects of one name",
      400,
      `${tasks}.ManagementObjectAmbiguousException|'x' matches multiple entries.`,
      "AMBIGUOUS",
    ],
    [
      "no such cmdlet",
      400,
      "|System.Management.Automation.CommandNotFoundException|The term 'Get-X' is not recognized",
      "UNKNOWN_CMDLET",
    ],
    [
      "no such object, as Exchange Online numbers it",
      404,
      "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|object 'x' couldn't be found.",
      "NOT_FOUND",
    ],
    ["a bad value", 400, "|System.ArgumentException|The value isn't valid.", "REJECTED"],
    ["a wrong password", 401, "", "WRONG_CREDENTIALS"],
    ["no right", 403, "The user isn't assigned to any management roles.", "ACCESS_DENIED"],
    ["too many requests", 429, "", "THROTTLED"],
    ["down", 503, "", "UNAVAILABLE"],
    ["another program's page", 404, "", "UNEXPECTED"],
  ])("%s", (_, status, text, code) => {
    const fault = interpret("Get-X", status, text);
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(/^Get-X/);
  });

  test("a page that is missing is never an object that is missing", () => {
    expect(interpret("Get-X", 404, "object was not found").code).not.toBe("NOT_FOUND");
  });

  test("a name that sounds like another failure does not mislead", () => {
    const text = "|System.ArgumentException|The rule 'throttled AccessDenied mail' isn't valid.";
    expect(interpret("New-X", 400, text).code).toBe("REJECTED");
  });

  test("an Active Directory that denies is a missing right", () => {
    const text =
      "|Microsoft.Exchange.Data.Directory.ADOperationException|Insufficient access rights to perform the operation.";
    expect(interpret("New-X", 400, text).code).toBe("ACCESS_DENIED");
  });

  test("values are replaced by the names of their parameters, the object's name stays", () => {
    const text = "|System.ArgumentException|'Pa55word!' is too weak for 'siu', and relay.example is no host.";
    const fault = interpret("New-Mailbox", 400, text, {
      Name: "siu",
      Password: "Pa55word!",
      SmartHosts: ["relay.example"],
    });
    expect(fault.message).toBe(
      "New-Mailbox failed: '(-Password)' is too weak for 'siu', and (-SmartHosts) is no host.",
    );
  });
});
