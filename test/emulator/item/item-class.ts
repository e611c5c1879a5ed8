import type { ParsedMail, StructuredHeader } from "mailparser";

const meeting: Record<string, string> = {
  request: "IPM.Schedule.Meeting.Request",
  reply: "IPM.Schedule.Meeting.Resp.Pos",
  cancel: "IPM.Schedule.Meeting.Canceled",
};

/** What a delivery report tells, by its first Action (RFC 3464). */
const reports: Record<string, string> = {
  delivered: "REPORT.IPM.Note.DR",
  expanded: "REPORT.IPM.Note.Expanded.DR",
  relayed: "REPORT.IPM.Note.Relayed.DR",
  delayed: "REPORT.IPM.Note.DELAYED",
};

/** The message class that Exchange gives to a message that comes in as MIME ([MS-OXCMAIL]). */
export function itemClassOf(mail: ParsedMail): string {
  const type = mail.headers.get("content-type") as StructuredHeader | undefined;
  const kind = type?.value.toLowerCase() ?? "text/plain";
  const parameter = (name: string) => type?.params[name]?.toLowerCase() ?? "";
  if (kind === "multipart/signed" && parameter("protocol").includes("pkcs7")) {
    return "IPM.Note.SMIME.MultipartSigned";
  }
  if (/^application\/(x-)?pkcs7-mime$/.test(kind)) return "IPM.Note.SMIME";
  if (kind === "multipart/report") {
    if (parameter("report-type") === "disposition-notification") return "REPORT.IPM.Note.IPNRN";
    const [, action = "failed"] = /^Action: *(\w+)/im.exec(mail.text ?? "") ?? [];
    return reports[action.toLowerCase()] ?? "REPORT.IPM.Note.NDR";
  }
  return meeting[calendarMethod(mail)] ?? "IPM.Note";
}

/** The iTIP method of a message's calendar part in lower case, or an empty string. */
function calendarMethod(mail: ParsedMail): string {
  const own = mail.headers.get("content-type") as StructuredHeader | undefined;
  const parts = mail.attachments.map(
    (part) => part.headers.get("content-type") as StructuredHeader | undefined,
  );
  const calendar = [own, ...parts].find((type) => type?.value.toLowerCase() === "text/calendar");
  return calendar?.params["method"]?.toLowerCase() ?? "";
}
