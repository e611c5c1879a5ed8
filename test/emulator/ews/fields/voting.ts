import { setGuid } from "../extended/path.ts";
import { element, type Element } from "../xml.ts";
import type { Field } from "./field.ts";
import { keptValue } from "../extended/kept.ts";

const verbStream = { setId: setGuid("Common"), propertyId: 0x8520, type: "Binary" };
const verbResponse = { setId: setGuid("Common"), propertyId: 0x8524, type: "String" };
/** The kind of verb that is a voting button; others are what a client does with any message. */
const voting = 4;
const prompts = ["None", "Send", "VotingOption"];

interface Verb {
  kind: number;
  name: string;
  sending: number;
}

/** Voting buttons of a message, and the button that an answer chose; clients write both as MAPI properties. */
export const votingInformation: Field = {
  uri: "message:VotingInformation",
  name: "t:VotingInformation",
  found: false,
  since: "Exchange2013_SP1",
  read: ({ item }) => {
    const stream = keptValue(item, verbStream);
    const response = keptValue(item, verbResponse);
    const verbs = stream === undefined ? [] : verbsOf(Buffer.from(String(stream), "base64"));
    const options = verbs.filter(({ kind }) => kind === voting).map(optionElement);
    if (options.length === 0 && response === undefined) return undefined;
    return element(
      "t:VotingInformation",
      {},
      options.length > 0 ? element("t:UserOptions", {}, ...options) : undefined,
      response === undefined ? undefined : element("t:VotingResponse", {}, String(response)),
    );
  },
};

function optionElement({ name, sending }: Verb): Element {
  return element(
    "t:VotingOptionData",
    {},
    element("t:DisplayName", {}, name),
    element("t:SendPrompt", {}, prompts[sending] ?? "None"),
  );
}

/** Reads PidLidVerbStream ([MS-OXOMSG] 2.2.1.74); what is cut off or malformed has as many verbs as can be read. */
function verbsOf(bytes: Buffer): Verb[] {
  const verbs: Verb[] = [];
  let at = 0;
  const number = (size: 1 | 2 | 4): number => {
    if (at + size > bytes.length) throw new RangeError("cut off");
    at += size;
    return bytes.readUIntLE(at - size, size);
  };
  const text = (encoding: "latin1" | "utf16le"): string => {
    const length = number(1) * (encoding === "latin1" ? 1 : 2);
    at += length;
    return bytes.toString(encoding, at - length, at);
  };
  try {
    number(2);
    for (let left = number(4); left > 0; left--) {
      const kind = number(4);
      const name = text("latin1");
      for (let string = 0; string < 3; string++) text("latin1");
      at += 4 + 1 + 4 + 4;
      const sending = number(4);
      at += 4 + 4 + 4;
      verbs.push({ kind, name, sending });
    }
    number(2);
    // The names again, in Unicode.
    for (const verb of verbs) {
      verb.name = text("utf16le");
      text("utf16le");
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return verbs;
}
