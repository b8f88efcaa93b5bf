import type { ChatLimits } from '../../../src/chat/commands/limits.ts';
import type { ClientLimits } from '../../../src/client/client-options.ts';
import { defaultLimits } from '../../../src/client/client-options.ts';
import type { RaftSettings } from '../../../src/raft/driver/cluster-node.ts';
import type { PipeOptions } from '../../../src/transport/pipe/pipe-options.ts';
import { DEFAULT_PIPE_OPTIONS } from '../../../src/transport/pipe/pipe-options.ts';
import type { SnapshotSettings } from '../../../src/raft/driver/snapshot-settings.ts';
import type { Dice } from './dice.ts';

export const MS = 1_000;
export const TICK_MS = 4;
export const PIPE_TICK_MS = 10;

/** Small windows, batches and segments, so that their edges are met in seconds. Drawn per run, and part of its plan. */
export interface WorldSettings {
  readonly raft: RaftSettings;
  readonly segmentBytes: number;
  readonly pipe: PipeOptions;
  readonly client: ClientLimits;
  readonly chat: ChatLimits;
}

/** Mostly so often, and in so small pieces, that they meet every other trouble; in some runs never. */
function drawSnapshots(dice: Dice, electionTicks: number): SnapshotSettings {
  const stream = dice.of('snapshots');
  const resendTicks = stream.between(2, 2 * electionTicks);
  return {
    everyLogBytes: stream.pick([400, 1_500, 6_000, 30_000, 1_000_000_000]),
    // The states of these runs are larger than what comes between their snapshots.
    logPerSnapshotByte: 0,
    trailingBytes: stream.pick([0, 0, 300, 3_000]),
    chunkBytes: stream.pick([64, 300, 2_000, 65_536]),
    windowBytes: stream.pick([1, 1_000, 16_384, 1_048_576]),
    resendTicks,
    stallTicks: resendTicks * stream.between(2, 8),
    transferTicks: resendTicks * stream.between(8, 60),
  };
}

export function drawSettings(dice: Dice): WorldSettings {
  const stream = dice.of('settings');
  const heartbeatTicks = stream.between(1, 3);
  const electionTicks = heartbeatTicks * 3 + stream.between(0, 6);
  return {
    raft: {
      electionTicks,
      heartbeatTicks,
      silenceTicks: electionTicks * stream.between(3, 12),
      stopPhaseTicks: 20,
      maxUncommittedBytes: stream.pick([2_048, 64 * 1_024]),
      maxAppendBytes: stream.pick([300, 2_048, 16_384]),
      maxInflightBytes: stream.pick([600, 8_192, 65_536]),
      submitter: {
        waitingCommands: stream.pick([8, 64, 1_000]),
        waitingBytes: 1 << 20,
        windowCommands: stream.pick([2, 8, 64]),
        batchCommands: stream.pick([1, 4, 32]),
        batchBytes: stream.pick([256, 4_096]),
      },
      snapshots: drawSnapshots(dice, electionTicks),
    },
    segmentBytes: stream.pick([8_192, 16_384, 65_536]),
    pipe: {
      ...DEFAULT_PIPE_OPTIONS,
      commandTimeoutMs: stream.pick([150, 400]),
      deliveredAfterMs: stream.pick([5, 20, 200]),
      stalledAfterMs: stream.pick([150, 2_000]),
      maxBufferedBytes: stream.pick([128, 512, 65_536]),
      maxPipelined: stream.pick([4, 64]),
    },
    client: {
      ...defaultLimits,
      maxInFlight: stream.pick([1, 1, 8]),
      connectTimeoutMs: 200,
      silenceMs: 600,
      pingMs: 400,
      stableMs: 300,
      backoffMinMs: 20,
      backoffMaxMs: 200,
      retryMinMs: 10,
      retryMaxMs: 150,
      ackAfterMs: stream.pick([5, 50]),
      ackAfterMessages: stream.pick([1, 8]),
      helloAfterReplies: stream.pick([1, 8, 64]),
      maxReplaced: 1_000_000,
    },
    chat: {
      mailboxMessages: stream.pick([8, 10_000]),
      storedMessages: 1_000_000,
      accounts: 1_000,
      clientsPerAccount: 4,
      clientsWithoutAccount: 64,
      outstandingPerClient: stream.pick([4, 64]),
      stateBytes: 1_000_000_000_000,
    },
  };
}
