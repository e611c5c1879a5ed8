/** A Content-ID without the angle brackets that MIME, and some servers, put around it; undefined for none. */
export function bareContentId(value: string | null | undefined): string | undefined {
  return value?.replaceAll(/^<|>$/g, "") || undefined;
}
