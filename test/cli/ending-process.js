// A process that prints, and ends as a node's does: `node ending-process.js HOW [FILE]`, with exit code 3.
import { open } from 'node:fs';
import { registerTypeScript } from '../../bin/typescript.js';

registerTypeScript();
const { endProcess } = await import('../../src/cli/end-process.ts');
const { openNodeLog } = await import('../../src/cli/node-logger.ts');

const [, , how, file] = process.argv;
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const log = openNodeLog({ log: { level: 'info' } }, 'n1', 'json');

async function logAndEnd() {
  for (let n = 1; n <= 2_000; n += 1) log.info({ n, filling: 'x'.repeat(200) }, 'a line');
  await endProcess(3);
}

switch (how) {
  case 'when-told':
    // Its parent says when: it may have gone away from the other end of the pipe by then.
    process.stdin.once('data', () => void logAndEnd());
    break;
  case 'with-a-thread-held':
    // A pipe that nobody writes to holds the thread that opens it, as a disk does that does not answer.
    open(file, 'r', () => undefined);
    setImmediate(() => void endProcess(3));
    break;
  default:
    throw new Error(how);
}
