import type { ChatLimits } from '../chat/commands/limits.ts';
import type { ClusterConfig } from '../config/cluster-config.ts';
import type { RaftSettings } from '../raft/driver/cluster-node.ts';
import { MAX_CHUNK_BYTES } from '../raft/driver/snapshot-frames.ts';
import type { PipeOptions } from '../transport/pipe/pipe-options.ts';
import { DEFAULT_PIPE_OPTIONS } from '../transport/pipe/pipe-options.ts';

const STOP_PHASE_MS = 1_000;
/** Of a snapshot on its way to a follower. */
const SNAPSHOT_WINDOW_BYTES = 1_048_576;
const SNAPSHOT_RESEND_MS = 1_000;
const SNAPSHOT_STALL_MS = 30_000;
const SNAPSHOT_TRANSFER_MS = 3_600_000;

/** The configuration's milliseconds as ticks, its limits as Raft's. */
export function raftSettings({ timings, limits, storage }: ClusterConfig): RaftSettings {
  const ticks = (ms: number): number => Math.max(1, Math.round(ms / timings.tickMs));
  return {
    electionTicks: ticks(timings.electionTimeoutMs),
    heartbeatTicks: ticks(timings.heartbeatMs),
    silenceTicks: ticks(timings.nodeSilenceMs),
    stopPhaseTicks: ticks(STOP_PHASE_MS),
    maxUncommittedBytes: limits.uncommittedBytes,
    maxAppendBytes: limits.appendBytes,
    maxInflightBytes: limits.inflightBytes,
    snapshots: {
      everyLogBytes: storage.snapshotBytes,
      logPerSnapshotByte: 1 / 4,
      trailingBytes: storage.trailingBytes,
      chunkBytes: MAX_CHUNK_BYTES,
      windowBytes: SNAPSHOT_WINDOW_BYTES,
      resendTicks: ticks(SNAPSHOT_RESEND_MS),
      stallTicks: ticks(SNAPSHOT_STALL_MS),
      transferTicks: ticks(SNAPSHOT_TRANSFER_MS),
    },
    submitter: {
      waitingCommands: 200_000,
      waitingBytes: limits.uncommittedBytes,
      windowCommands: 65_536,
      batchCommands: 8_192,
      batchBytes: 64 * 1_024,
    },
  };
}

/** The configuration's timings and limits as the pipe service wants them. */
export function pipeOptions({ timings, limits, openAccounts }: ClusterConfig): PipeOptions {
  return {
    ...DEFAULT_PIPE_OPTIONS,
    commandTimeoutMs: timings.commandTimeoutMs,
    unframedAfterMs: timings.unframedAfterMs,
    deliveredAfterMs: timings.deliveredAfterMs,
    maxLineBytes: limits.lineBytes,
    maxPipelined: limits.pipelinedPerConnection,
    maxBufferedBytes: limits.outputBytesPerConnection,
    maxConnections: limits.connections,
    maxConnectionsPerAddress: limits.connectionsPerAddress,
    commandsPerSecond: limits.commandsPerSecond,
    commandBurst: limits.commandsPerSecond * 2,
    openAccounts,
  };
}

/** Protocol part 2 promises this number, so it is no matter of configuration. */
const OUTSTANDING_PER_CLIENT = 1_024;

/**
 * The limits of the chat state, for a cluster that is yet to be born. `heapBytes`: how large this process's heap may grow. The
 * share of it becomes a number of bytes here, once, and that number is what all replicas go by.
 */
export function chatLimits({ limits }: ClusterConfig, heapBytes: number): ChatLimits {
  const { mailboxMessages, storedMessages, accounts, clientsPerAccount, clientsWithoutAccount } = limits;
  return {
    mailboxMessages,
    storedMessages,
    accounts,
    clientsPerAccount,
    clientsWithoutAccount,
    outstandingPerClient: OUTSTANDING_PER_CLIENT,
    stateBytes: Math.floor((heapBytes * limits.stateHeapPercent) / 100),
  };
}
