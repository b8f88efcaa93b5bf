import { nodeId, readId } from '../../../../src/ordered-log/ids.ts';
import type { Effect } from '../../../../src/raft/core/effect.ts';
import type { Entry, Proposal } from '../../../../src/raft/core/entry.ts';
import {
  logIndex,
  NO_INDEX,
  NO_TERM,
  term,
  ticket,
  type NodeId,
  type Ticket,
} from '../../../../src/raft/core/ids.ts';
import type { Input } from '../../../../src/raft/core/input.ts';
import { ORIGIN } from '../../../../src/raft/core/log.ts';
import type { Standing } from '../../../../src/raft/core/membership.ts';
import type { Message } from '../../../../src/raft/core/messages.ts';
import type { RaftOptions } from '../../../../src/raft/core/options.ts';
import { Raft } from '../../../../src/raft/core/raft.ts';
import type { SnapshotMeta } from '../../../../src/raft/core/snapshot-meta.ts';
import { command, seal } from './entries.ts';
import { folderOf, readMembership, snapshotOf, voter } from './memberships.ts';

export const ELECTION_TICKS = 10;
export const HEARTBEAT_TICKS = 2;

export const n1 = nodeId('n1');
export const n2 = nodeId('n2');
export const n3 = nodeId('n3');
export const n4 = nodeId('n4');
export const n5 = nodeId('n5');
export const THREE = [n1, n2, n3] as const;
export const FIVE = [n1, n2, n3, n4, n5] as const;

export interface Found {
  readonly id?: NodeId;
  /** All voters, known from the start: as by an empty snapshot at index 0, so that a test's log may hold what it likes. */
  readonly members?: readonly NodeId[];
  readonly standing?: Standing;
  readonly snapshot?: SnapshotMeta | null;
  readonly term?: number;
  readonly votedFor?: NodeId | null;
  readonly log?: readonly Entry[];
  readonly options?: Partial<RaftOptions>;
}

export function optionsOf(found: Found): RaftOptions {
  const log = found.log ?? [];
  const id = found.id ?? n1;
  const members = (found.members ?? THREE).map((member) => voter(member));
  const snapshot = found.snapshot === undefined ? snapshotOf(0, 0, members) : found.snapshot;
  const covered = { index: snapshot?.index ?? NO_INDEX, term: snapshot?.term ?? NO_TERM };
  return {
    id,
    folderId: folderOf(id),
    formerFolderIds: [],
    settledMembersIndex: NO_INDEX,
    readMembership,
    snapshot,
    base: log[0]?.index === 1 ? ORIGIN : covered,
    electionTicks: ELECTION_TICKS,
    heartbeatTicks: HEARTBEAT_TICKS,
    // The shortest timeout, always: a test that needs another gives its own.
    random: { below: () => 0 },
    seal,
    hardState: {
      term: term(found.term ?? log.at(-1)?.term ?? covered.term),
      votedFor: found.votedFor ?? null,
      standing: found.standing ?? 'voting',
    },
    log,
    maxUncommittedBytes: 1_000_000,
    maxAppendBytes: 1000,
    maxInflightBytes: 4000,
    ...found.options,
  };
}

export type MessageOf<K extends Message['kind']> = Extract<Message, { kind: K }>;
export type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

export const effectsOf = <K extends Effect['kind']>(effects: readonly Effect[], kind: K): EffectOf<K>[] =>
  effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);

/** The messages of one kind among the effects, to one receiver or to all. */
export function sent<K extends Message['kind']>(
  effects: readonly Effect[],
  kind: K,
  to?: NodeId,
): MessageOf<K>[] {
  return effectsOf(effects, 'send')
    .filter((send) => to === undefined || send.to === to)
    .map((send) => send.message)
    .filter((message): message is MessageOf<K> => message.kind === kind);
}

/** One core with a disk that answers only when told to. */
export class Server {
  readonly core: Raft;
  #asked: Ticket = ticket(0);

  constructor(found: Found = {}) {
    this.core = new Raft(optionsOf(found));
  }

  step(input: Input): readonly Effect[] {
    const effects = this.core.step(input);
    for (const persist of effectsOf(effects, 'persist')) this.#asked = persist.ticket;
    return effects;
  }

  tick(times = 1): readonly Effect[] {
    return Array.from({ length: times }, () => this.step({ kind: 'tick' })).flat();
  }

  receive(from: NodeId, message: Message): readonly Effect[] {
    return this.step({ kind: 'receive', from, message });
  }

  propose(...proposals: readonly Proposal[]): readonly Effect[] {
    return this.step({ kind: 'propose', proposals: proposals.length === 0 ? [command()] : proposals });
  }

  read(id: number): readonly Effect[] {
    return this.step({ kind: 'read', id: readId(id) });
  }

  /** The disk answers everything that it was asked so far. */
  disk(): readonly Effect[] {
    return this.step({ kind: 'persisted', ticket: this.#asked });
  }

  /** Takes a message and lets the disk answer at once. */
  receiveDurably(from: NodeId, message: Message): readonly Effect[] {
    return [...this.receive(from, message), ...this.disk()];
  }

  get terms(): readonly number[] {
    const { log } = this.core;
    return Array.from({ length: log.lastIndex }, (_, at) => log.entryAt(logIndex(at + 1)).term);
  }
}

export const preVoteGrant = (
  nextTerm: number,
  ownTerm = nextTerm - 1,
  standing: Standing = 'voting',
): Message => ({
  kind: 'pre-vote-response',
  term: term(ownTerm),
  nextTerm: term(nextTerm),
  granted: true,
  standing,
});

export const voteGrant = (voteTerm: number, standing: Standing = 'voting'): Message => ({
  kind: 'request-vote-response',
  term: term(voteTerm),
  granted: true,
  standing,
});

/** A pre-candidate: its election timer has just run out. */
export function preCandidate(found: Found = {}): { server: Server; effects: readonly Effect[] } {
  const server = new Server(found);
  return { server, effects: server.tick(ELECTION_TICKS) };
}

/** A candidate whose own vote is on disk and whose requests are out. */
export function candidate(found: Found = {}): { server: Server; effects: readonly Effect[] } {
  const { server, effects } = preCandidate(found);
  const others = (found.members ?? THREE).filter((id) => id !== server.core.id);
  const next = server.core.term + 1;
  const granted = others.flatMap((from) =>
    server.core.role === 'pre-candidate' ? server.receive(from, preVoteGrant(next)) : [],
  );
  return { server, effects: [...effects, ...granted, ...server.disk()] };
}

/** A leader by the votes of all; what it sent on election is in `effects`. Its noop is on no disk yet. */
export function leader(found: Found = {}): { server: Server; effects: readonly Effect[] } {
  const { server, effects } = candidate(found);
  const others = (found.members ?? THREE).filter((id) => id !== server.core.id);
  const granted = others.flatMap((from) => server.receive(from, voteGrant(server.core.term)));
  if (server.core.role !== 'leader') throw new Error(`not elected but ${server.core.role}`);
  return { server, effects: [...effects, ...granted] };
}

/** What the follower of this leader would say to an AppendEntries that it has taken and saved. */
export const accepted = (server: Server, matchIndex: number, standing: Standing = 'voting'): Message => ({
  kind: 'append-entries-accepted',
  term: server.core.term,
  matchIndex: logIndex(matchIndex),
  standing,
});

export const heartbeatAnswer = (server: Server, readSeq = 0): Message => ({
  kind: 'heartbeat-response',
  term: server.core.term,
  readSeq,
});

export const appendEntries = (
  appendTerm: number,
  prev: { readonly index: number; readonly term: number },
  entries: readonly Entry[] = [],
  leaderCommit: number = NO_INDEX,
): Message => ({
  kind: 'append-entries',
  term: term(appendTerm),
  prevLogIndex: logIndex(prev.index),
  prevLogTerm: term(prev.term),
  entries,
  leaderCommit: logIndex(leaderCommit),
});

export const heartbeat = (beatTerm: number, commitIndex = 0, readSeq = 0): Message => ({
  kind: 'heartbeat',
  term: term(beatTerm),
  commitIndex: logIndex(commitIndex),
  readSeq,
});

export const requestVote = (
  voteTerm: number,
  last: { readonly index: number; readonly term: number } = { index: 0, term: 0 },
  reason: 'timeout' | 'transfer' = 'timeout',
): Message => ({
  kind: 'request-vote',
  term: term(voteTerm),
  lastLogIndex: logIndex(last.index),
  lastLogTerm: term(last.term),
  reason,
});

export const preVote = (
  nextTerm: number,
  last: { readonly index: number; readonly term: number } = { index: 0, term: 0 },
): Message => ({
  kind: 'pre-vote',
  term: term(nextTerm - 1),
  nextTerm: term(nextTerm),
  lastLogIndex: logIndex(last.index),
  lastLogTerm: term(last.term),
});
