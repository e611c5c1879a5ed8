import { commaSeparated } from "../forms.ts";
import { objectKind } from "../kind.ts";

/** A connector through which mail comes to a server of one's own: stamped mail back from a signature relay. */
export const receiveConnector = objectKind({
  noun: "ReceiveConnector",
  sides: ["onPremises"],
  mark: "Comment",
  // Every server has connectors of the same names.
  query: ({ Server }) => (Server === undefined ? {} : { Server }),
  fixed: ["Server"],
  forms: { AuthMechanism: commaSeparated, PermissionGroups: commaSeparated },
  defaults: { TlsDomainCapabilities: null, DomainSecureEnabled: false },
});
