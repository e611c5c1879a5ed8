/** A value in normal form: two spellings of one state have the same one. */
export type Normal = string | null | readonly string[];

/** Brings what was asked for, or what Exchange printed, into normal form. */
export type Form = (value: unknown) => Normal;

/** Letter case and order do not matter, one element is its scalar, `null`, `[]` and `""` are all nothing, `5` is `"5"`. */
export const loose: Form = (value) => collect(value, (each) => each.toLowerCase());

/** Like loose, but letter case matters: regular expressions (`\d` is not `\D`). */
export const exact: Form = (value) => collect(value, (each) => each);

/** Domains that Exchange rewrites as address spaces: `contoso.com` is `smtp:contoso.com;1`. */
export const addressSpaces: Form = (value) =>
  collect(value, (each) =>
    each
      .toLowerCase()
      .replace(/^smtp:/, "")
      .replace(/;\d+$/, ""),
  );

/** Address spaces of a send connector: `contoso.com` is `SMTP:contoso.com;1`, and the cost matters. */
export const costedSpaces: Form = (value) =>
  collect(value, (each) => {
    const [domain, cost = "1"] = each
      .toLowerCase()
      .replace(/^smtp:/, "")
      .split(";");
    return `${domain};${cost}`;
  });

/** Values that Exchange prints as one text with commas: `Tls, ExternalAuthoritative`. */
export const commaSeparated: Form = (value) =>
  loose([value].flat().flatMap((each) => (typeof each === "string" ? each.split(",") : [each])));

/** Hosts, of which Exchange writes addresses in brackets: `[192.0.2.1]`. */
export const hosts: Form = (value) =>
  collect(value, (each) => each.toLowerCase().replace(/^\[(.*)\]$/, "$1"));

/** What made a connector: the admin center's `AdminUI` is kept as `Default`. */
export const connectorSource: Form = (value) => {
  const word = loose(value);
  return word === "adminui" ? "default" : word;
};

/** `Enabled` is written as a truth value and read as the State `Enabled` or `Disabled`. */
export const state: Form = (value) => {
  const word = loose(value);
  return word === "enabled" ? "true" : word === "disabled" ? "false" : word;
};

function collect(value: unknown, form: (text: string) => string): Normal {
  const texts = [value]
    .flat()
    .filter((each) => each !== null && each !== undefined)
    .map((each) => form((typeof each === "object" ? JSON.stringify(each) : String(each)).trim()))
    .filter((each) => each !== "");
  const [first, second] = [...new Set(texts)].toSorted();
  if (first === undefined) return null;
  return second === undefined ? first : [...new Set(texts)].toSorted();
}
