import type { Logger } from 'pino';
import type { RaftEvent } from '../raft/driver/observer.ts';
import type { Doubt } from '../raft/storage/doubt.ts';
import type { RecoveredLog } from '../raft/storage/log-store.ts';

/** Says what was wrong with the folder: a torn tail, as a crash leaves it, or something that its log cannot vouch for. */
export function logRecovered(
  logger: Logger,
  { recovered: { tornTail }, doubt }: { readonly recovered: RecoveredLog; readonly doubt: Doubt | null },
): void {
  if (tornTail !== null) {
    const { file, offset, bytes } = tornTail;
    logger.warn(
      { file, offset, bytes },
      `cut a torn tail of ${bytes} bytes off the log: a batch that was being written when the process died, and was never acknowledged`,
    );
  }
  if (doubt !== null) {
    const { kind, file, offset, what } = doubt;
    logger.error({ doubt: kind, file, offset }, what);
  }
}

/** Writes what a node's Raft does as log lines: what an operator wants to read at `info`, the rest below. */
export function logRaftEvent(logger: Logger, event: RaftEvent): void {
  switch (event.kind) {
    case 'role-changed': {
      const { role, term, leader, reason } = event;
      // A leader and a new leader are news; a campaign that came to nothing is not.
      const level = role === 'leader' || leader !== null || reason === 'quorum-lost' ? 'info' : 'debug';
      logger[level]({ role, term, leader, reason }, roleSentence(event));
      return;
    }
    case 'cluster-founded':
      logger.info({ cluster: event.clusterId, by: event.by }, 'the cluster is born');
      return;
    case 'waiting':
      logger.info(`waiting for ${event.for}`);
      return;
    case 'recovering':
      logger.warn(`recovering: ${event.why}`);
      return;
    case 'readmitted':
      logger.info('the cluster has taken this node in: it votes and counts from now on');
      return;
    case 'member-added':
      logger.info({ member: event.node }, `${event.node} belongs to the cluster now`);
      return;
    case 'member-promoted':
      logger.info({ member: event.node }, `${event.node} has caught up and votes from now on`);
      return;
    case 'member-removed':
      logger.info({ member: event.node }, `${event.node} does not belong to the cluster any more`);
      return;
    case 'member-lags':
      logger.warn(
        { member: event.node },
        `${event.node} does not keep up: it stays a learner until it does, for as a voter it would hold the others up`,
      );
      return;
    case 'twins-seen':
      logger.error({ of: event.node }, event.what);
      return;
    case 'snapshot-taken':
      logger.info(sizeOf(event), `took a snapshot at ${event.index}`);
      return;
    case 'snapshot-sent':
      logger.info({ to: event.to, ...sizeOf(event) }, `sent the snapshot at ${event.index} to ${event.to}`);
      return;
    case 'snapshot-installed':
      logger.info(sizeOf(event), `stands at ${event.index}, by a snapshot`);
      return;
    case 'snapshot-damaged':
      logger.error(
        { index: event.index },
        `${event.why}; another one is taken, and this one is sent to nobody`,
      );
      return;
    case 'snapshot-failed':
      logger.warn(`a snapshot came to nothing, and is tried again: ${event.why}`);
      return;
    case 'version-raised': {
      const { writes, behaviour } = event;
      logger.info({ writes, behaviour }, `the cluster writes version ${writes} from now on`);
      return;
    }
    case 'disk-room':
      // This node's own disk raises its alarm itself.
      logger[event.room === 'short' ? 'warn' : 'info'](
        { of: event.node },
        event.room === 'short'
          ? `the disk of ${event.node} is full`
          : `the disk of ${event.node} has room again`,
      );
      return;
    case 'peer-connected':
    case 'peer-disconnected':
      // The peer links tell these themselves, with more detail.
      return;
    case 'bad-frame':
      logger.warn({ from: event.from }, `a frame could not be read and was dropped: ${event.why}`);
      return;
    case 'incarnation-began':
      logger.debug({ incarnation: event.incarnation }, 'this process has its incarnation');
      return;
    case 'incarnation-ended':
      // Told again for every one in the log whenever a node starts: the leader's warning of silence is the news.
      logger.debug(
        { of: event.node, incarnation: event.incarnation },
        `the connections of ${event.node} are over`,
      );
      return;
    case 'node-silent':
      logger.warn({ of: event.node }, `${event.node} has been silent for too long; ending its connections`);
      return;
    case 'membership-changed':
    case 'standing-changed':
      // Told in words above, once they hold.
      return;
    case 'sent':
    case 'received':
    case 'persist':
    case 'commit':
      // Every message and every write: for tests and traces, far too much for a log.
      return;
    case 'persisted':
      logger.trace({ entries: event.entries, tookMs: event.tookMs }, 'durable');
      return;
    case 'applied':
      logger.trace({ from: event.from, to: event.to }, 'applied');
      return;
    default:
      event satisfies never;
  }
}

function sizeOf({ bytes, tookMs }: { readonly bytes: number; readonly tookMs: number }) {
  return { bytes, tookMs: Math.round(tookMs) };
}

function roleSentence({ role, term, leader, reason }: Extract<RaftEvent, { kind: 'role-changed' }>): string {
  if (role === 'leader') return `leads term ${term}`;
  if (role === 'follower' && leader !== null) return `follows ${leader} in term ${term}`;
  return `${role} in term ${term}: ${reason.replaceAll('-', ' ')}`;
}
