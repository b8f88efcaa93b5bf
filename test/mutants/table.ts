import type { Verdict } from './hunt.ts';
import { formatOrigin } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { themeOf } from './theme-of.ts';

export interface Hunted {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

const HEAD = ['bug', 'origin', 'caught by', 'theme', 'runs', 'events', 'seconds'] as const;

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

function cellsOf({ mutant, verdict }: Hunted): readonly string[] {
  const bug = [mutant.name, formatOrigin(mutant.origin)];
  if (verdict.kind === 'held') return [...bug, `held by ${verdict.by}`, '–', '–', '–', '–'];
  const by = verdict.kind === 'caught' ? verdict.by : 'NOT CAUGHT';
  const theme = themeOf(mutant) ?? 'any';
  return [...bug, by, theme, whole(verdict.runs), whole(verdict.events), whole(verdict.seconds)];
}

/** One line while the hunt goes on: what became of one bug. */
export function verdictLine({ mutant, verdict }: Hunted): string {
  if (verdict.kind === 'held') return `held        ${mutant.name}: ${verdict.by}: ${verdict.what}`;
  const effort = `${verdict.runs} runs, ${whole(verdict.events)} events, ${whole(verdict.seconds)} s`;
  if (verdict.kind === 'survived') return `NOT CAUGHT  ${mutant.name}: ${effort}`;
  const [what = ''] = verdict.what.split('\n');
  return `caught      ${mutant.name}: seed ${verdict.seed}, ${effort}: ${what}`;
}

export function plainTable(hunted: readonly Hunted[]): string {
  const rows = [HEAD, ...hunted.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [...rows.map(line), '', summary(hunted)].join('\n');
}

export function markdownTable(hunted: readonly Hunted[]): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = '| --- | --- | --- | --- | ---: | ---: | ---: |';
  return [line(HEAD), rule, ...hunted.map((one) => line(cellsOf(one))), '', summary(hunted)].join('\n');
}

function summary(hunted: readonly Hunted[]): string {
  const caught = hunted.filter(({ verdict }) => verdict.kind === 'caught').length;
  const held = hunted.filter(({ verdict }) => verdict.kind === 'held').length;
  const byTests = held === 0 ? '' : ` and ${held} held by tests`;
  const seconds = hunted.map(({ verdict }) => (verdict.kind === 'held' ? 0 : verdict.seconds));
  const minutes = seconds.reduce((sum, one) => sum + one, 0) / 60;
  return `${caught} of ${hunted.length} planted bugs caught${byTests}, in ${minutes.toFixed(1)} minutes of one core.`;
}
