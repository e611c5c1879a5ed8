/** Namespaces of the protocol, by the prefix that names carry here. */
export const namespaces = {
  s: "http://schemas.xmlsoap.org/soap/envelope/",
  m: "http://schemas.microsoft.com/exchange/services/2006/messages",
  t: "http://schemas.microsoft.com/exchange/services/2006/types",
  e: "http://schemas.microsoft.com/exchange/services/2006/errors",
} as const;
