/** Where Autodiscover sends a client instead of answering: to another address, or to another URL (which stays what it was asked). */
export type Redirect = { address: string } | { url: string } | { http: string };

/** The redirect of an address, or else of its domain. `http` is an HTTP redirect, `url` one that the answer tells. */
export function redirectOf(redirects: ReadonlyMap<string, Redirect>, address: string): Redirect | undefined {
  const wanted = address.toLowerCase();
  return redirects.get(wanted) ?? redirects.get(wanted.slice(wanted.lastIndexOf("@") + 1));
}
