import type { Logger } from 'pino';
import type { RaftEvent } from '../raft/driver/observer.ts';
import type { RecoveredLog } from '../raft/storage/log-store.ts';

/** Says so if the log on the disk ended in the middle of a batch, as a crash leaves it. */
export function logRecovered(logger: Logger, { tornTail }: RecoveredLog): void {
  if (tornTail === null) return;
  const { file, offset, bytes } = tornTail;
  logger.warn(
    { file, offset, bytes },
    `cut a torn tail of ${bytes} bytes off the log: a batch that was being written when the process died, and was never acknowledged`,
  );
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

function roleSentence({ role, term, leader, reason }: Extract<RaftEvent, { kind: 'role-changed' }>): string {
  if (role === 'leader') return `leads term ${term}`;
  if (role === 'follower' && leader !== null) return `follows ${leader} in term ${term}`;
  return `${role} in term ${term}: ${reason.replaceAll('-', ' ')}`;
}
