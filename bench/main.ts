import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { applyReport } from './apply/apply-report.ts';
import { APPLY_KINDS } from './apply/apply-script.ts';
import type { ApplyResult } from './apply/run-apply.ts';
import { runApply } from './apply/run-apply.ts';
import { failoverReport } from './failover/failover-report.ts';
import type { Blow, FailoverResult } from './failover/run-failover.ts';
import { BLOWS, runFailover } from './failover/run-failover.ts';
import { growReport } from './grow/grow-report.ts';
import { runGrow } from './grow/run-grow.ts';
import { parseCount, parseKinds, parseLevels } from './levels.ts';
import { runLoad } from './load/run-load.ts';
import { summarize } from './load/summary.ts';
import { circumstances } from './machine.ts';
import type { Level } from './measure.ts';
import { pausesReport } from './pauses/pauses-report.ts';
import { runPauses } from './pauses/run-pauses.ts';
import { loadPicture } from './report/load-picture.ts';
import { loadReport } from './report/load-report.ts';
import { restartReport } from './restart/restart-report.ts';
import { runRestart } from './restart/run-restart.ts';
import type { LoadKindName } from './system/system.ts';

interface LoadFlags {
  readonly levels: readonly Level[];
  readonly kinds: readonly LoadKindName[];
  readonly rounds: number;
  readonly runMs: number;
  readonly warmMs: number;
  readonly json?: string;
  readonly picture?: string;
}

interface FailoverFlags {
  readonly trials: number;
  readonly blows: readonly Blow[];
  readonly json?: string;
}

interface GrowFlags {
  readonly messages: number;
  readonly accounts: number;
  readonly connections: number;
  readonly json?: string;
}

interface ApplyFlags {
  readonly runs: number;
  readonly json?: string;
}

interface PausesFlags {
  readonly messages: number;
  readonly json?: string;
}

interface RestartFlags {
  readonly mib: number;
  readonly textLength: number;
  readonly starts: number;
  readonly json?: string;
}

/** `npm run bench`: what is claimed about speed, measured. Progress goes to standard error, results to standard output. */
export async function main(argv: readonly string[]): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const tell = (report: string, data: unknown, json: string | undefined): void => {
    if (json !== undefined) write(json, JSON.stringify({ ...circumstances(), data }, null, 1));
    process.stdout.write(`${report}\n`);
  };
  const program = new Command('bench').description('Measures a cluster of real nodes on this machine.');
  program
    .command('load', { isDefault: true })
    .description('messages a second and how long one takes, beside a bare relay that does the least possible')
    .option(
      '--levels <list>',
      'in flight, or in flight/connections',
      parseLevels,
      parseLevels('1,16,64,256,1024,256/256'),
    )
    .option('--kinds <list>', 'leader, spread, online, spread-online', parseKinds, parseKinds('leader'))
    .option('--rounds <n>', 'new processes in each', parseCount, 3)
    .option('--run-ms <n>', 'measured at each level', parseCount, 3_000)
    .option('--warm-ms <n>', 'before that', parseCount, 1_000)
    .option('--json <file>', 'all figures, for machines')
    .option('--picture <file>', 'latency against rate, as an SVG')
    .action(async ({ levels, kinds, rounds, runMs, warmMs, json, picture }: LoadFlags) => {
      const samples = await runLoad({ levels, kinds, rounds, duration: { runMs, warmMs }, say });
      const rows = summarize(samples);
      if (picture !== undefined) write(picture, loadPicture(rows));
      tell(loadReport(rows, circumstances()), { rows, samples }, json);
    });
  program
    .command('failover')
    .description('how long nothing is acknowledged when the leader is struck')
    .option('--trials <n>', 'of each blow', parseCount, 20)
    .addOption(
      new Option('--blows <list>', Object.keys(BLOWS).join(', '))
        .argParser(parseBlows)
        .default(Object.keys(BLOWS) as Blow[]),
    )
    .option('--json <file>', 'all figures, for machines')
    .action(async ({ trials, blows, json }: FailoverFlags) => {
      const results: FailoverResult[] = [];
      for (const blow of blows) results.push(await runFailover(blow, trials, say));
      tell(failoverReport(results, circumstances()), results, json);
    });
  program
    .command('grow')
    .description('whether it stays as fast as it grows: messages, accounts, connections, data, nodes')
    .option('--messages <n>', 'stored before the second measurement', parseCount, 1_000_000)
    .option('--accounts <n>', 'likewise', parseCount, 100_000)
    .option('--connections <n>', 'open and idle besides, by turns with none', parseCount, 10_000)
    .option('--json <file>', 'all figures, for machines')
    .action(async ({ messages, accounts, connections, json }: GrowFlags) => {
      const result = await runGrow({ messages, accounts, connections, say });
      tell(growReport(result, circumstances()), result, json);
    });
  program
    .command('apply')
    .description('what it costs a replica to apply a message, without network and disk')
    .option('--runs <n>', 'of 25,600 messages each', parseCount, 30)
    .option('--json <file>', 'all figures, for machines')
    .action(async ({ runs, json }: ApplyFlags) => {
      const results: ApplyResult[] = [];
      for (const kind of APPLY_KINDS) results.push(await runApply(kind, runs));
      tell(applyReport(results, circumstances()), results, json);
    });
  program
    .command('pauses')
    .description(
      'how long nodes attend to nothing else while snapshots are taken, sent, installed and loaded',
    )
    .option('--messages <n>', 'stored before a follower is emptied', parseCount, 1_000_000)
    .option('--json <file>', 'all figures, for machines')
    .action(async ({ messages, json }: PausesFlags) => {
      const rows = await runPauses({ messages, say });
      tell(pausesReport(rows, circumstances()), rows, json);
    });
  program
    .command('restart')
    .description('how long a node takes to start on a folder with much data')
    .option('--mib <n>', 'in the folder, at least', parseCount, 1_024)
    .option('--text-length <n>', 'characters of each message', parseCount, 1_000)
    .option('--starts <n>', 'of the same node', parseCount, 5)
    .option('--json <file>', 'all figures, for machines')
    .action(async ({ mib, textLength, starts, json }: RestartFlags) => {
      const result = await runRestart({ mib, textLength, starts, say });
      tell(restartReport(result, circumstances()), result, json);
    });
  await program.parseAsync([...argv]);
}

function parseBlows(text: string): readonly Blow[] {
  return text.split(',').map((name) => {
    if (!(name in BLOWS)) throw new Error(`Blows are ${Object.keys(BLOWS).join(', ')}.`);
    return name as Blow;
  });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
