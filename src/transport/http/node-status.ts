/** What a node says of itself at `/status`. Everything in it is what this node believes, at this moment. */
export interface NodeStatus {
  readonly node: string;
  /** Version of the program. */
  readonly version: string;
  readonly pid: number;
  /** When the process began, ISO 8601. */
  readonly startedAt: string;
  /** 32 hex digits; null while the cluster is not born. */
  readonly clusterId: string | null;
  /** What it is in its term; `starting` before it takes part. */
  readonly role: 'starting' | 'follower' | 'pre-candidate' | 'candidate' | 'leader';
  /**
   * Whether it vouches for its disk. A `recovering` node neither votes nor counts until the others have readmitted it; nor does one that is
   * `starting`: its folder knows of no cluster yet, because there is none, or because it was emptied.
   */
  readonly standing: 'voting' | 'recovering' | 'starting';
  /** Why it recovers, or what its disk cannot vouch for; null if nothing is doubted. */
  readonly doubt: string | null;
  readonly term: number;
  readonly votedFor: string | null;
  /** Whom it follows, itself included; null while it knows none. */
  readonly leader: string | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  /** Everything up to here is on its own disk. */
  readonly durableIndex: number;
  /** The first entry that its log still holds; what was before is in the snapshot. */
  readonly firstIndex: number;
  /** The newest snapshot on its disk; null if there is none. */
  readonly snapshot: SnapshotStatus | null;
  /** In what form the cluster writes and by which rules it acts, and the highest that this program knows. */
  readonly versions: VersionStatus;
  /** Hash of the chat state at `appliedIndex`: equal on all nodes that have applied as much. */
  readonly stateHash: string;
  /** How often this node has begun, as the log counts; null while it has not been given a number. */
  readonly incarnation: number | null;
  /** Who belongs to the cluster, by this node's log; empty while it knows no cluster. */
  readonly members: readonly MemberStatus[];
  /** Whether the newest change of the members is committed. */
  readonly membershipCommitted: boolean;
  /** What this node's configuration file says otherwise than the cluster's log; null if they agree. */
  readonly disagreement: string | null;
  readonly peers: readonly PeerStatus[];
  /** Open pipe connections. */
  readonly connections: number;
  readonly accounts: number;
  readonly messages: number;
  /** What the chat takes of the memory that it may take, by the cluster's reckoning: the same on all nodes. */
  readonly room: { readonly usedBytes: number; readonly limitBytes: number };
  /** The longest time in the last minute for which this process attended to nothing else, in milliseconds. */
  readonly longestPauseMs: number;
  /** What a starting node waits for, as a sentence; null when it waits for nothing. */
  readonly waitingFor: string | null;
  /** Files in its data folder that were set aside because of a doubt, and may be removed by hand. */
  readonly setAside: { readonly files: number; readonly bytes: number };
  /** What an operator should look at, a sentence each. */
  readonly alarms: readonly string[];
}

export interface SnapshotStatus {
  /** It stands for all entries up to here. */
  readonly index: number;
  readonly bytes: number;
  /** When this process took or received it, ISO 8601; null if it was there before. */
  readonly at: string | null;
}

export interface VersionStatus {
  readonly writes: number;
  readonly behaviour: number;
  readonly highestReadable: number;
}

/** A member of the cluster as the log knows it. Addresses are `host:port`, or empty where nobody has said. */
export interface MemberStatus {
  readonly id: string;
  readonly role: 'voter' | 'learner';
  /** The data folder by which it is known; empty until a node that was added has come for the first time. */
  readonly folderId: string;
  readonly peer: string;
  readonly client: string;
  readonly http: string;
  /** A learner that becomes a voter once it has caught up. */
  readonly promote: boolean;
  /** Whose place it takes. */
  readonly replaces: string | null;
}

export interface PeerStatus {
  readonly id: string;
  readonly connected: boolean;
  /** Of a leader: what it knows this peer to hold. null elsewhere. */
  readonly matchIndex: number | null;
  /** Milliseconds since anything was heard from it; null if never. */
  readonly lastContactMs: number | null;
}

/** Where the HTTP server learns what to say. Asked anew for each request. */
export interface StatusSource {
  status(): NodeStatus;
  /** Whether the node knows a leader and has caught up; `why` says what is missing, or that nothing is. */
  ready(): { readonly ready: boolean; readonly why: string };
}
