/** Schema versions that a client may ask for, oldest first. */
const versions = [
  "Exchange2007",
  "Exchange2007_SP1",
  "Exchange2010",
  "Exchange2010_SP1",
  "Exchange2010_SP2",
  "Exchange2013",
  "Exchange2013_SP1",
  "Exchange2016",
] as const;

export type Version = (typeof versions)[number];

export function isVersion(text: string): text is Version {
  return (versions as readonly string[]).includes(text);
}

/** Whether a client that speaks `version` knows what came with `since`. */
export function knows(version: Version, since: Version): boolean {
  return versions.indexOf(version) >= versions.indexOf(since);
}
