import pino from 'pino';
import type { Logger } from 'pino';
import type { ClusterConfig } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/ids.ts';
import { formatLogLine } from './log-line.ts';
import { painterFor } from './painter.ts';

/** Bytes of log that may wait for a slow reader; what is more is dropped rather than kept in memory. */
const MAX_WAITING_BYTES = 1_048_576;

/** The log of a node, on standard output. */
export interface NodeLog {
  readonly logger: Logger;
  /** Writes out what still waits. Call it last. */
  flush(): void;
}

/** @param form `lines`: readable, for a terminal. `json`: one JSON object a line, for programs. */
export function openNodeLog(config: ClusterConfig, node: NodeId, form: 'lines' | 'json'): NodeLog {
  const options = { level: config.log.level, base: { node } };
  if (form === 'lines') {
    const paint = painterFor(process.stdout);
    const write = (line: string): void =>
      void process.stdout.write(`${formatLogLine(line.trimEnd(), paint)}\n`);
    return { logger: pino(options, { write }), flush: () => undefined };
  }
  // Asynchronous: a reader that stops reading must not stop the node.
  const destination = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  destination.on('error', () => undefined);
  return { logger: pino(options, destination), flush: () => flushQuietly(destination) };
}

function flushQuietly(destination: ReturnType<typeof pino.destination>): void {
  try {
    destination.flushSync();
  } catch {
    // Whoever read the log is gone, and nobody is left to tell.
  }
}
