import { EXIT } from './cli-error.ts';
import { makeDemoFolder } from './demo/demo-folder.ts';
import { runDemo } from './demo/run-demo.ts';
import { formatLogLine } from './log-line.ts';
import { painterFor, plainPainter } from './painter.ts';
import { onStopSignals } from './stop-signals.ts';
import { LocalCluster } from './up/local-cluster.ts';

const LONGEST_MS = 180_000;
/** What the nodes said, the newest last: printed if the demo fails. */
const KEPT_LINES = 40;

/**
 * `conclave demo`: kills the leader of a cluster under load, and proves that nothing acknowledged was lost or doubled.
 * Leaves nothing behind.
 * @returns the exit code: 0 if nothing was, else 1.
 */
export async function demoCommand(): Promise<number> {
  const paint = painterFor(process.stdout);
  const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
  const folder = await makeDemoFolder();
  const lines: string[] = [];
  const cluster = new LocalCluster({
    config: folder.config,
    onLine: (node, line) =>
      void lines.splice(0, lines.push(`${node} | ${formatLogLine(line, plainPainter)}`) - KEPT_LINES),
    onExit: () => undefined,
  });
  const curtain = new AbortController();
  const stopListening = onStopSignals({
    stop: () => curtain.abort(new Stopped()),
    stopNow: () => cluster.kill(),
  });
  const patience = setTimeout(
    () => curtain.abort(new Error(`not done after ${LONGEST_MS / 1_000} s`)),
    LONGEST_MS,
  );
  try {
    say(`A cluster of three is started in ${folder.path}.`);
    const demo = runDemo({ config: folder.config, cluster, say, signal: curtain.signal });
    const clean = await Promise.race([demo, aborted(curtain.signal)]);
    say(
      clean
        ? paint('green', 'Nothing that was acknowledged was lost or doubled.')
        : paint('red', 'The promise was broken.'),
    );
    if (!clean) process.stderr.write(`${lines.join('\n')}\n`);
    return clean ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (curtain.signal.reason instanceof Stopped) {
      say('Stopped; nothing is left behind.');
      return EXIT.failed;
    }
    process.stderr.write(
      `${lines.join('\n')}\nconclave: the demo failed: ${reasonOf(error, curtain.signal)}\n`,
    );
    return EXIT.failed;
  } finally {
    clearTimeout(patience);
    cluster.kill();
    await Promise.all(cluster.processes.map((child) => child.exited));
    stopListening();
    folder.remove();
  }
}

/** Somebody did not want to see the end. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  const reason: unknown = signal.aborted ? signal.reason : error;
  return reason instanceof Error ? reason.message : String(reason);
}
