import { z } from 'zod';
import { nodeId } from '../../ordered-log/ids.ts';
import type { Greeting } from '../../raft/driver/peer-network.ts';

/** The longest greeting or refusal, in bytes of JSON. */
export const MAX_GREETING_BYTES = 4_096;

/** What the two ends say to each other before frames: first the dialler, then the one that was dialled. */
export type Opening =
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  /** Instead of a greeting, and then the connection is closed. */
  | { readonly kind: 'refusal'; readonly why: string };

const hex32 = z.string().regex(/^[0-9a-f]{32}$/);
const name = z.string().regex(/^[\x21-\x7e]{1,64}$/);
const version = z.int().min(1).max(1_000_000);
const range = z.object({ lowest: version, highest: version });

/** What those said who did not say it yet. */
const FIRST_VERSION = { lowest: 1, highest: 1 };

// Not strict: a later version may say more, and must still be understood well enough to be refused politely.
const GreetingSchema = z.object({
  conclave: z.literal('greeting'),
  versions: range,
  reads: range.default(FIRST_VERSION),
  from: name,
  to: name,
  folderId: hex32,
  clusterId: hex32.nullable(),
  address: z
    .string()
    .min(1)
    .max(300)
    .regex(/^\P{C}*$/u)
    .nullable()
    .default(null),
});
const RefusalSchema = z.object({ conclave: z.literal('refusal'), why: z.string().max(2_000) });
const OpeningSchema = z.discriminatedUnion('conclave', [GreetingSchema, RefusalSchema]);

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** One frame's worth of bytes. */
export function encodeOpening(opening: Opening): Uint8Array {
  switch (opening.kind) {
    case 'greeting':
      return encoder.encode(JSON.stringify({ conclave: 'greeting', ...opening.greeting }));
    case 'refusal':
      return encoder.encode(JSON.stringify({ conclave: 'refusal', why: opening.why.slice(0, 1_000) }));
    default:
      return opening satisfies never;
  }
}

/** Reads one frame; null if it is neither a greeting nor a refusal: whoever sent it is no node of ours. */
export function decodeOpening(frame: Uint8Array): Opening | null {
  const parsed = OpeningSchema.safeParse(parseJson(frame));
  if (!parsed.success) return null;
  if (parsed.data.conclave === 'refusal') return { kind: 'refusal', why: printable(parsed.data.why) };
  const { versions, reads, from, to, folderId, clusterId, address } = parsed.data;
  return {
    kind: 'greeting',
    greeting: { versions, reads, from: nodeId(from), to: nodeId(to), folderId, clusterId, address },
  };
}

function parseJson(frame: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(frame)) as unknown;
  } catch {
    return undefined;
  }
}

/** A stranger's words go into a log: no control characters, no second line. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
