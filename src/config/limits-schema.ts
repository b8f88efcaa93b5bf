import { z } from 'zod';
import { wholeNumber } from './fields.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Limits of the chat state: what the founding entry of a new cluster is made of. */
const stateLimits = {
  mailboxMessages: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 10_000,
    description: 'Messages kept for one account. Of a new cluster only: later changes here have no effect.',
  }),
  storedMessages: wholeNumber({
    min: 1,
    max: 50_000_000,
    default: 2_000_000,
    description: 'Messages kept in all. Of a new cluster only.',
  }),
  accounts: wholeNumber({
    min: 1,
    max: 10_000_000,
    default: 200_000,
    description: 'Accounts in all. Of a new cluster only.',
  }),
  clientsPerAccount: wholeNumber({
    min: 1,
    max: 1_000,
    default: 8,
    description:
      'Clients (programs that said hello) that one account keeps; the oldest idle one is forgotten. Of a new cluster only.',
  }),
  clientsWithoutAccount: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 1_000,
    description:
      'Clients that have not logged in that are kept in all; the oldest idle one is forgotten. Of a new cluster only.',
  }),
  stateHeapPercent: wholeNumber({
    min: 1,
    max: 70,
    default: 35,
    description:
      "How much of a node's heap the chat may take, in percent of the heap of the node that founds the cluster; above it nothing new is stored. While a snapshot is installed a node holds the chat twice. Of a new cluster only.",
  }),
};

/** Limits of one node. */
const nodeLimits = {
  lineBytes: wholeNumber({
    min: 256,
    max: MIB,
    default: 8 * KIB,
    description: 'Bytes in one command line of a pipe connection.',
  }),
  connections: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 20_000,
    description: 'Pipe connections to one node.',
  }),
  connectionsPerAddress: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 20_000,
    description: 'Pipe connections to one node from one address.',
  }),
  pipelinedPerConnection: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 4_096,
    description:
      'Commands of one pipe connection that may wait for their replies; above it the node stops reading from it.',
  }),
  commandsPerSecond: wholeNumber({
    min: 1,
    max: 10_000_000,
    default: 50_000,
    description: 'Commands that one pipe connection may send in a second.',
  }),
  outputBytesPerConnection: wholeNumber({
    min: 64 * KIB,
    max: 1_024 * MIB,
    default: MIB,
    description:
      'Bytes that may wait for a slow reader; above it nothing is pushed to it and its commands wait. One that takes nothing for a minute is closed, and its mail is kept.',
  }),
  uncommittedBytes: wholeNumber({
    min: 64 * KIB,
    max: 1_024 * MIB,
    default: 64 * MIB,
    description:
      'Bytes of commands that a leader has taken and not yet committed; above it it refuses new ones.',
  }),
  appendBytes: wholeNumber({
    min: KIB,
    max: 16 * MIB,
    default: 256 * KIB,
    description:
      'Bytes of log entries in one message from the leader to a follower, a larger one alone. A follower takes in one message without attending to anything else.',
  }),
  inflightBytes: wholeNumber({
    min: 64 * KIB,
    max: 256 * MIB,
    default: 8 * MIB,
    description: 'Bytes of log entries sent to one follower and not yet acknowledged.',
  }),
  peerFrameBytes: wholeNumber({
    min: MIB,
    max: 1_024 * MIB,
    default: 64 * MIB,
    description: 'Bytes in one frame between nodes; a longer one closes the connection.',
  }),
  peerQueueBytes: wholeNumber({
    min: MIB,
    max: 1_024 * MIB,
    default: 64 * MIB,
    description:
      'Bytes that may wait on the connection to another node; what is more is dropped and sent again later.',
  }),
};

/** Both: those of the state (fixed when the cluster is founded) and those of a node (read at every start). */
export const LimitsSchema = z
  .strictObject({ ...stateLimits, ...nodeLimits })
  .describe(
    'Limits. Those of the chat state are given to a new cluster and stay; those of a node are read at its start.',
  );
