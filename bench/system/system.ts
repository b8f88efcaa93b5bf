import type { Talk } from '../../src/cli/bench/talker.ts';

/** Three processes under load. */
export interface System {
  readonly name: string;
  /** Of the servers, for what they use of the machine. */
  readonly pids: readonly number[];
  /** A way to talk to it. `prepare` is called before the first `open`, once. */
  load(kind: LoadKind): Promise<LoadSource>;
  /** How many messages it holds, if it can tell: all nodes alike. */
  stored(): Promise<number | null>;
  stop(): Promise<void>;
}

export interface LoadSource {
  open(place: number): Promise<Talk>;
}

/** Where the clients are, and whether those they write to are there. */
export interface LoadKind {
  readonly clients: 'on the leader' | 'on all nodes';
  readonly recipients: 'offline' | 'online';
}

export const LOAD_KINDS = {
  leader: { clients: 'on the leader', recipients: 'offline' },
  spread: { clients: 'on all nodes', recipients: 'offline' },
  online: { clients: 'on the leader', recipients: 'online' },
  'spread-online': { clients: 'on all nodes', recipients: 'online' },
} as const satisfies Readonly<Record<string, LoadKind>>;

export type LoadKindName = keyof typeof LOAD_KINDS;
