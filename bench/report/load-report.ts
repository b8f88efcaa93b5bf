import type { Circumstances } from '../machine.ts';
import type { Row } from '../load/summary.ts';
import { levelName } from '../levels.ts';
import { RAISED_LIMITS } from '../system/bench-folder.ts';
import { LOAD_KINDS } from '../system/system.ts';
import { figure, markdownTable } from './table.ts';

const HEAD = [
  'in flight',
  'what',
  'a second',
  'lowest to highest',
  'of the relay',
  'p50 ms',
  'p99',
  'p99.9',
  'push p50',
  'server CPU µs',
  'client CPU µs',
  'others, cores',
  'MiB',
];

/** The table as people read it, with what they need to know to believe it. */
export function loadReport(rows: readonly Row[], { at, commit, machine, node }: Circumstances): string {
  const table = markdownTable(HEAD, rows.map(cells));
  const kinds = Object.entries(LOAD_KINDS).map(
    ([name, { clients, recipients }]) => `${name}: clients ${clients}, recipients ${recipients}`,
  );
  return [
    table,
    '',
    `${at}, commit ${commit}, Node ${node}, ${machine}. Medians of ${rows[0]?.rounds ?? 0} rounds.`,
    `Three nodes on loopback, texts of 100 bytes, a closed loop. ${kinds.join('; ')}.`,
    `Quota raised: ${RAISED_LIMITS.mailboxMessages} messages an account, ${RAISED_LIMITS.storedMessages} in all; messages to 256 accounts in turn when these are offline. Timings are the defaults.`,
    'Server CPU: user and system time of all three processes, for each acknowledged message. MiB: resident, all three together.',
  ].join('\n');
}

function cells(row: Row): readonly string[] {
  return [
    levelName(row.level),
    row.contender,
    figure(row.rate),
    `${figure(row.lowestRate)} to ${figure(row.highestRate)}`,
    row.ofRelay === null ? '' : row.ofRelay.toFixed(2),
    figure(row.p50),
    figure(row.p99),
    figure(row.p999),
    row.pushP50 === null ? '' : figure(row.pushP50),
    figure(row.serverCpuUs),
    figure(row.clientCpuUs),
    figure(row.otherCores),
    figure(row.residentMiB),
  ];
}
