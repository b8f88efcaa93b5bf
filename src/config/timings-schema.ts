import { z } from 'zod';
import { wholeNumber } from './fields.ts';

const MINUTE_MS = 60_000;

/** Times of the cluster. All nodes should be given the same. */
export const TimingsSchema = z
  .strictObject({
    tickMs: wholeNumber({
      min: 1,
      max: 1_000,
      default: 10,
      description:
        'Milliseconds of one tick of a node. Heartbeats and election timeouts are counted in whole ticks.',
    }),
    heartbeatMs: wholeNumber({
      min: 1,
      max: 10_000,
      default: 50,
      description: 'How often the leader tells the other nodes that it lives, in milliseconds.',
    }),
    electionTimeoutMs: wholeNumber({
      min: 3,
      max: MINUTE_MS,
      default: 300,
      description:
        'After this many milliseconds without a leader, at the earliest, a node stands for election; at the latest after twice as many. At least three heartbeats.',
    }),
    commandTimeoutMs: wholeNumber({
      min: 100,
      max: 10 * MINUTE_MS,
      default: 5_000,
      description:
        'How long a command waits for a quorum, in milliseconds, before it is answered that the service is unavailable.',
    }),
    nodeSilenceMs: wholeNumber({
      min: 500,
      max: 60 * MINUTE_MS,
      default: 3_000,
      description:
        'When a node has been silent for this many milliseconds, the leader ends its connections: nobody stays online on a dead machine.',
    }),
    unframedAfterMs: wholeNumber({
      min: 0,
      max: 1_000,
      default: 40,
      description:
        'When the first bytes of a connection hold no end of line and nothing follows for this many milliseconds, they are a command (the original client sends no ends of lines). 0: never guess.',
    }),
    deliveredAfterMs: wholeNumber({
      min: 1,
      max: 10_000,
      default: 50,
      description:
        'How long the news that messages have been delivered may wait for a command to travel with, in milliseconds.',
    }),
  })
  .describe('Times, in milliseconds. All nodes should be given the same.');
