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
  readonly term: number;
  readonly votedFor: string | null;
  /** Whom it follows, itself included; null while it knows none. */
  readonly leader: string | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  /** Everything up to here is on its own disk. */
  readonly durableIndex: number;
  /** Hash of the chat state at `appliedIndex`: equal on all nodes that have applied as much. */
  readonly stateHash: string;
  /** How often this node has begun, as the log counts; null while it has not been given a number. */
  readonly incarnation: number | null;
  readonly peers: readonly PeerStatus[];
  /** Open pipe connections. */
  readonly connections: number;
  readonly accounts: number;
  readonly messages: number;
  /** What a starting node waits for, as a sentence; null when it waits for nothing. */
  readonly waitingFor: string | null;
  /** What an operator should look at, a sentence each. */
  readonly alarms: readonly string[];
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
