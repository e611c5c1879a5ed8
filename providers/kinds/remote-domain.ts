import { objectKind } from "../kind.ts";

/** How mail to a domain outside is written: for the daemon's listener without TNEF (winmail.dat), which few programs read. */
export const remoteDomain = objectKind({
  noun: "RemoteDomain",
  sides: ["online", "onPremises"],
  fixed: ["DomainName"],
  afterwards: ["TNEFEnabled"],
});
