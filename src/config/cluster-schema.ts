import { z } from 'zod';
import { addressText, oneOf, wholeNumber } from './fields.ts';
import { LimitsSchema } from './limits-schema.ts';
import { TimingsSchema } from './timings-schema.ts';

/** What a node may be called. */
export const NODE_ID_PATTERN = /^[a-z0-9-]{1,16}$/;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const OPEN_ACCOUNTS = ['loopback', 'everywhere', 'nowhere'] as const;

export const OpenAccountsSchema = z
  .enum(OPEN_ACCOUNTS, oneOf(OPEN_ACCOUNTS))
  .default('loopback')
  .describe(
    'Where accounts without a password may be made. loopback: only through nodes whose client address is on loopback.',
  );

const nodeIdError = 'must be 1 to 16 of the characters a-z, 0-9 and -';
const nodesError = 'must be a list of 1, 3, 5 or 7 nodes';
const dataDirError = 'must be the path of a folder';

export const NodeSchema = z
  .strictObject(
    {
      id: z
        .string({ error: nodeIdError })
        .regex(NODE_ID_PATTERN, { error: nodeIdError })
        .describe(
          'The name of the node, 1 to 16 of a-z, 0-9 and -. Its data lie in the folder of this name in dataDir.',
        ),
      peer: addressText('host:port where the other nodes reach this one. The port must be fixed.'),
      client: addressText(
        'host:port of the pipe protocol, where people and programs connect. Port 0: any free one.',
      ),
      http: addressText('host:port of HTTP: /status, /healthz, /readyz. Port 0: any free one.'),
    },
    // Unknown keys keep zod's own message: they are explained elsewhere, with the nearest known key.
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'must be an object with id, peer, client and http' : undefined,
    },
  )
  .describe('One node.');

export const LogSchema = z
  .strictObject({
    level: z
      .enum(LOG_LEVELS, oneOf(LOG_LEVELS))
      .default('info')
      .describe('The least weighty log lines that are written.'),
  })
  .describe('What a node writes to its standard output.');

export const StorageSchema = z
  .strictObject({
    segmentBytes: wholeNumber({
      min: 65_536,
      max: 1_073_741_824,
      default: 16_777_216,
      description: 'Bytes of one file of the log. Each is reserved on the disk before it is used.',
    }),
    snapshotBytes: wholeNumber({
      min: 65_536,
      max: 17_179_869_184,
      default: 134_217_728,
      description:
        'After so many bytes of log, or a quarter of the bytes of the last snapshot if that is more, and twice that while it catches up, a node writes a snapshot of its state, and drops the log that it covers. Less: shorter logs and quicker starts; more: less to write.',
    }),
    trailingBytes: wholeNumber({
      min: 0,
      max: 17_179_869_184,
      default: 16_777_216,
      description:
        'Bytes of log that are kept behind a snapshot: a node that was away for no longer than that catches up without one.',
    }),
  })
  .describe("How a node's log lies on its disk.");

/** The configuration file, `cluster.config.json`. What one key says about another is checked in `check-cluster.ts`. */
export const ClusterFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where editors find the JSON Schema of this file.'),
    dataDir: z
      .string({ error: dataDirError })
      .min(1, { error: dataDirError })
      .default('./data')
      .describe(
        'The folder in which every node keeps all that it owns, in a folder of its own name. A relative path starts from this file.',
      ),
    nodes: z
      .array(NodeSchema, { error: nodesError })
      .min(1, { error: nodesError })
      .max(7, { error: nodesError })
      .describe(
        'The nodes that found the cluster: 1, 3, 5 or 7. A cluster of 3 survives the loss of any one, of 5 the loss of any two. Once it is founded its log says who belongs to it (conclave members), and this list is only how to find it.',
      ),
    openAccounts: OpenAccountsSchema,
    timings: TimingsSchema.prefault({}),
    limits: LimitsSchema.prefault({}),
    log: LogSchema.prefault({}),
    storage: StorageSchema.prefault({}),
  })
  .describe('The configuration of a Conclave cluster.');

/** The file after its defaults were filled in. */
export type ClusterFile = z.output<typeof ClusterFileSchema>;
