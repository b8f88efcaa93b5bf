import type { AdminDone, AdminWish } from '../../raft/driver/admin.ts';

/** Whom an operator's wishes are brought to, and what one who joins has to know. */
export interface AdminSource {
  /** Does it, or says why not; calls back once. */
  administer(wish: AdminWish, done: AdminDone): void;
  /** `host:port` of a member's HTTP, where its wishes are taken; null if nobody knows it. */
  httpOf(node: string): string | null;
  /** Timings, limits and the like of this node's own configuration: what a node that joins goes by, unless it has its own. */
  settings(): Readonly<Record<string, unknown>>;
}

/** Answers of the commands that change something. All have a sentence for people; programs go by the status and the code. */
export type AdminReply =
  /** 200 */
  | { readonly code: 'done'; readonly message: string }
  /** 409: it was not done; the sentence says why. */
  | { readonly code: 'refused'; readonly message: string }
  /** 307, with where to send it: only the leader can. */
  | { readonly code: 'not-leader'; readonly message: string; readonly leader: string; readonly http: string }
  /** 503: nobody leads. It was not done. */
  | { readonly code: 'no-leader'; readonly message: string }
  /** 504: it may have been done. */
  | { readonly code: 'unknown'; readonly message: string }
  /** 403: it came from elsewhere, or through a browser. */
  | { readonly code: 'not-allowed'; readonly message: string }
  /** 400 */
  | { readonly code: 'bad-request'; readonly message: string };
