import type { Writable } from 'node:stream';
import pino from 'pino';
import type { Logger } from 'pino';
import type { ClusterConfig } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/ids.ts';
import { formatLogLine } from './log-line.ts';
import { painterFor } from './painter.ts';

/** Bytes of log that may wait for a slow reader; what is more is dropped rather than kept in memory. */
const MAX_WAITING_BYTES = 1_048_576;

/**
 * The log of a node, on standard output. A reader that stops reading, or goes away, costs lines and never stops the node.
 * @param form `lines`: readable, for a terminal. `json`: one JSON object a line, for programs.
 */
export function openNodeLog(config: ClusterConfig, node: NodeId, form: 'lines' | 'json'): Logger {
  const options = { level: config.log.level, base: { node } };
  const paint = painterFor(process.stdout);
  const shown = form === 'json' ? asItIs : (line: string) => `${formatLogLine(line.trimEnd(), paint)}\n`;
  return pino(options, { write: (line) => writeIfRoom(process.stdout, shown(line)) });
}

function asItIs(line: string): string {
  return line;
}

/** The stream itself is the buffer: it takes everything at once, and writes when the reader reads. */
export function writeIfRoom(stream: Writable, text: string): void {
  if (stream.writable && stream.writableLength + text.length <= MAX_WAITING_BYTES) stream.write(text);
}
