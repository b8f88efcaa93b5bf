import type { ChatViews } from '../chat/views.ts';
import type { NodeSnapshot } from '../raft/driver/node-snapshot.ts';
import type { AsideFiles } from '../raft/storage/aside-files.ts';
import type { NodeStatus, StatusSource } from '../transport/http/node-status.ts';
import { removalSentence } from './disagreement.ts';

export interface StatusParts {
  /** Of the program. */
  readonly version: string;
  readonly snapshot: () => NodeSnapshot;
  readonly views: ChatViews;
  readonly connections: () => number;
  readonly alarms: () => readonly string[];
  /** What the configuration says otherwise than the log. */
  readonly disagreement: () => string | null;
  /** When this process took or received its newest snapshot, ISO 8601; null if it has not. */
  readonly snapshotAt: () => string | null;
  readonly longestPauseMs: () => number;
  /** What was set aside in the data folder. */
  readonly setAside: () => AsideFiles;
  readonly tickMs: number;
  readonly electionTimeoutMs: number;
}

const NEARLY_FULL_PERCENT = 90;

const startedAt = new Date(performance.timeOrigin).toISOString();

/** What a node says of itself over HTTP, gathered from its parts at the moment of asking. */
export function statusSource(parts: StatusParts): StatusSource {
  return {
    status: () => statusOf(parts),
    ready: () => readinessOf(parts.snapshot()),
  };
}

function statusOf(parts: StatusParts): NodeStatus {
  const snapshot = parts.snapshot();
  const { accounts, messages } = parts.views.counts();
  return {
    node: snapshot.node,
    version: parts.version,
    pid: process.pid,
    startedAt,
    clusterId: snapshot.clusterId,
    role: snapshot.clusterId === null ? 'starting' : snapshot.role,
    standing: snapshot.clusterId === null ? 'starting' : snapshot.standing,
    doubt: snapshot.doubt,
    term: snapshot.term,
    votedFor: snapshot.votedFor,
    leader: snapshot.leader,
    commitIndex: snapshot.commitIndex,
    appliedIndex: snapshot.appliedIndex,
    lastIndex: snapshot.lastIndex,
    durableIndex: snapshot.durableIndex,
    firstIndex: snapshot.firstIndex,
    snapshot: snapshot.snapshot === null ? null : { ...snapshot.snapshot, at: parts.snapshotAt() },
    versions: snapshot.versions,
    stateHash: snapshot.stateHash,
    incarnation: snapshot.incarnation,
    members: snapshot.members,
    membershipCommitted: snapshot.membershipCommitted,
    disagreement: parts.disagreement(),
    peers: snapshot.peers.map(({ id, connected, matchIndex, ticksSinceHeard }) => ({
      id,
      connected,
      matchIndex,
      lastContactMs: ticksSinceHeard === null ? null : ticksSinceHeard * parts.tickMs,
    })),
    connections: parts.connections(),
    accounts,
    messages,
    room: parts.views.room(),
    longestPauseMs: parts.longestPauseMs(),
    waitingFor: snapshot.waitingFor,
    setAside: parts.setAside(),
    alarms: [
      ...parts.alarms(),
      ...removal(snapshot),
      ...damagedSnapshot(snapshot),
      ...snapshot.lagging.map(lags),
      ...snapshot.twins,
      ...fullDisks(snapshot),
      ...littleRoom(parts.views),
      ...pauses(parts),
      ...leftovers(parts.setAside()),
    ],
  };
}

function removal({ node, removed }: NodeSnapshot): readonly string[] {
  return removed ? [removalSentence(node)] : [];
}

function damagedSnapshot({ damagedSnapshotAt }: NodeSnapshot): readonly string[] {
  return damagedSnapshotAt === null
    ? []
    : [
        `the snapshot at ${damagedSnapshotAt} has been damaged on the disk since it was written; it is sent to nobody, and another one is taken. Look at the disk`,
      ];
}

const lags = (id: string): string =>
  `${id} was to vote, and does not keep up: ten times it took longer than an election timeout to catch up. It stays a learner, and votes as soon as it keeps up; look at its machine and its network, or take it out again: conclave members remove ${id}`;

/** Of this node's own disk its log store has told already. */
function fullDisks({ node, shortOfRoom, members }: NodeSnapshot): readonly string[] {
  const others = shortOfRoom.filter((id) => id !== node);
  if (others.length === 0) return [];
  const voters = members.filter(({ role }) => role === 'voter').map(({ id }) => id);
  const withRoom = voters.filter((id) => !shortOfRoom.includes(id)).length;
  const whose = `${others.length === 1 ? 'the disk' : 'the disks'} of ${others.join(' and ')}`;
  return [
    withRoom * 2 > voters.length
      ? `${whose} ${others.length === 1 ? 'is' : 'are'} full`
      : `the disks of ${shortOfRoom.join(' and ')} are full: without room on a majority the cluster can only be read`,
  ];
}

/** The cluster says `full` when it is full; an operator hears of it before. */
function littleRoom(views: ChatViews): readonly string[] {
  const { usedBytes, limitBytes } = views.room();
  // Before the cluster is born there is no limit yet.
  const percent = limitBytes === 0 ? 0 : Math.floor((100 * usedBytes) / limitBytes);
  return percent < NEARLY_FULL_PERCENT
    ? []
    : [
        `the chat takes ${percent} % of the memory that it may take; when it takes all, nothing new is stored`,
      ];
}

/** While a process attends to nothing, it hears no heartbeat and sends none: after two election timeouts all others have given it up (§5.2). */
function pauses({ longestPauseMs, electionTimeoutMs }: StatusParts): readonly string[] {
  const pauseMs = longestPauseMs();
  if (pauseMs < 2 * electionTimeoutMs) return [];
  return [
    `this process attended to nothing for ${pauseMs} ms within the last two minutes, longer than any election timeout (${2 * electionTimeoutMs} ms): its machine is overloaded, or memory is short`,
  ];
}

/** Nothing is ever deleted because of a doubt; but somebody should know that it is there. */
function leftovers({ files, bytes }: AsideFiles): readonly string[] {
  if (files === 0) return [];
  const those = files === 1 ? '1 file that was' : `${files} files that were`;
  return [
    `${those} set aside because of a doubt ${files === 1 ? 'takes' : 'take'} ${(bytes / 1e6).toFixed(1)} MB of the data folder; when this node votes again and nobody wants to look at ${files === 1 ? 'it' : 'them'}, remove aside-*`,
  ];
}

function readinessOf({
  clusterId,
  waitingFor,
  leader,
  standing,
  appliedIndex,
  commitIndex,
  incarnation,
}: NodeSnapshot): ReturnType<StatusSource['ready']> {
  if (clusterId === null)
    return { ready: false, why: `waiting for ${waitingFor ?? 'the cluster to be born'}` };
  if (leader === null)
    return { ready: false, why: waitingFor === null ? 'no leader is known' : `waiting for ${waitingFor}` };
  if (standing === 'recovering')
    return { ready: false, why: 'recovering: the others have not readmitted this node yet' };
  if (appliedIndex < commitIndex)
    return { ready: false, why: `catching up: ${appliedIndex} of ${commitIndex} applied` };
  if (incarnation === null) return { ready: false, why: 'not yet taken in by the cluster' };
  return { ready: true, why: 'a leader is known and this node has caught up' };
}
