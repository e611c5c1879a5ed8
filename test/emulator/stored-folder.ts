/** What somebody may do with a folder: one of Exchange's levels, or (`Custom`) its own mixture. */
export interface FolderRights {
  createItems: boolean;
  createSubFolders: boolean;
  owner: boolean;
  visible: boolean;
  contact: boolean;
  edit: "None" | "Owned" | "All";
  delete: "None" | "Owned" | "All";
  /** The middle ones are for calendars only. */
  read: "None" | "TimeOnly" | "TimeAndSubjectAndLocation" | "FullDetails";
}

/** What one user, by guid (or `Default`, `Anonymous`), may do with a folder. */
export interface FolderPermission {
  user: string;
  rights: FolderRights;
}

/** A folder of the organization's own making in a mailbox ([MS-OXWSFOLD] ManagedFolderInformationType). */
export interface ManagedFolder {
  /** Above all managed folders of the mailbox. */
  isRoot: boolean;
  id?: string;
  comment?: string;
  mustDisplayComment?: boolean;
  /** Kilobytes. */
  quota?: number;
  homePage?: string;
}

/** What a search folder finds: `restriction` is a search expression as it came, an XML element as plain data. */
export interface FolderSearch {
  deep: boolean;
  baseFolderIds: string[];
  restriction: { name: string; attributes: Record<string, string>; children: object[]; text: string };
}
