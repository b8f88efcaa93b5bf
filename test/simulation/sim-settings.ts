import type { RaftSettings } from '../../src/raft/driver/cluster-node.ts';

export const SIM_SETTINGS: RaftSettings = {
  electionTicks: 6,
  heartbeatTicks: 2,
  silenceTicks: 40,
  stopPhaseTicks: 20,
  maxUncommittedBytes: 64 * 1024,
  maxAppendBytes: 2 * 1024,
  maxInflightBytes: 8 * 1024,
  submitter: {
    waitingCommands: 64,
    waitingBytes: 1 << 20,
    windowCommands: 8,
    batchCommands: 4,
    batchBytes: 4096,
  },
  // Small, so that a run of some seconds takes, sends and installs several.
  snapshots: {
    everyLogBytes: 4 * 1024,
    logPerSnapshotByte: 0,
    trailingBytes: 512,
    chunkBytes: 512,
    windowBytes: 2 * 1024,
    resendTicks: 6,
    stallTicks: 60,
    transferTicks: 300,
  },
};

export const SIM_LIMITS = {
  mailboxMessages: 1_000_000,
  storedMessages: 1_000_000,
  accounts: 1000,
  clientsPerAccount: 4,
  clientsWithoutAccount: 16,
  outstandingPerClient: 64,
  stateBytes: 1_000_000_000_000,
};
