import type { ChatLimits } from '../chat/commands/limits.ts';
import type { ClusterConfig } from '../config/cluster-config.ts';
import type { RaftSettings } from '../raft/driver/cluster-node.ts';
import type { PipeOptions } from '../transport/pipe/pipe-options.ts';
import { DEFAULT_PIPE_OPTIONS } from '../transport/pipe/pipe-options.ts';

const STOP_PHASE_MS = 1_000;

/** The configuration's milliseconds as ticks, its limits as Raft's. */
export function raftSettings({ timings, limits }: ClusterConfig): RaftSettings {
  const ticks = (ms: number): number => Math.max(1, Math.round(ms / timings.tickMs));
  return {
    electionTicks: ticks(timings.electionTimeoutMs),
    heartbeatTicks: ticks(timings.heartbeatMs),
    silenceTicks: ticks(timings.nodeSilenceMs),
    stopPhaseTicks: ticks(STOP_PHASE_MS),
    maxUncommittedBytes: limits.uncommittedBytes,
    maxAppendBytes: limits.appendBytes,
    maxInflightBytes: limits.inflightBytes,
    submitter: {
      waitingCommands: 200_000,
      waitingBytes: limits.uncommittedBytes,
      windowCommands: 65_536,
      batchCommands: 8_192,
      batchBytes: 256 * 1_024,
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

/** The limits of the chat state, for a cluster that is yet to be born. */
export function chatLimits({ limits }: ClusterConfig): ChatLimits {
  const { mailboxMessages, storedMessages, accounts, clientsPerAccount, clientsWithoutAccount } = limits;
  return {
    mailboxMessages,
    storedMessages,
    accounts,
    clientsPerAccount,
    clientsWithoutAccount,
    outstandingPerClient: OUTSTANDING_PER_CLIENT,
  };
}
