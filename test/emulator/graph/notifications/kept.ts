/** A subscription to changes of messages in one mailbox, as Graph keeps it. Times are milliseconds since 1970. */
export interface GraphSubscription {
  id: string;
  applicationId: string;
  /** The mailbox's owner, by guid. */
  owner: string;
  /** As the client named it, with its query. */
  resource: string;
  /** The query of `resource`: `$select`, `$filter`, `$expand`. */
  query: string;
  /** Absent for the whole mailbox. */
  folderId?: string;
  changeTypes: GraphChangeType[];
  notificationUrl: string;
  lifecycleNotificationUrl?: string;
  clientState?: string;
  expires: number;
  /** When the client is asked to reauthorize next. */
  challengeAt: number;
  /** Its notifications name messages by ids that outlive moves. */
  immutable?: boolean;
  /** The application lost its permission: nothing is told until it reauthorizes. */
  paused?: boolean;
  /** With resource data: a certificate, base64 of its DER, and the client's name for it. */
  encryption?: { certificate: string; id: string };
  latestSupportedTlsVersion: string;
}

export type GraphChangeType = "created" | "updated" | "deleted";

/** A notification on its way to a client's endpoint. Times are milliseconds since 1970. */
export interface GraphDelivery {
  url: string;
  subscriptionId: string;
  applicationId: string;
  /** An element of `value` in the request. */
  notification: Record<string, unknown>;
  first: number;
  attempts: number;
  due: number;
}
