import { describe, expect, it } from 'vitest';
import { formatLogLine } from '../../src/cli/log-line.ts';
import { plainPainter } from '../../src/cli/painter.ts';

const time = new Date(2026, 10, 22, 10, 0, 0, 123).getTime();
const format = (record: Readonly<Record<string, unknown>>): string =>
  formatLogLine(JSON.stringify({ time, ...record }), plainPainter);

describe('a readable log line', () => {
  it('has time, weight, message and fields, without what everybody knows', () => {
    expect(
      format({ level: 30, pid: 1, hostname: 'h', node: 'n1', msg: 'became leader', term: 7, from: 'n2' }),
    ).toBe('10:00:00.123 info  became leader term=7 from=n2');
  });

  it('does not repeat as a field what the message says', () => {
    expect(
      format({ level: 30, msg: 'follows n1 in term 2', leader: 'n1', term: 2, reason: 'leader-found' }),
    ).toBe('10:00:00.123 info  follows n1 in term 2 reason=leader-found');
  });

  it('quotes texts with blanks, and shows objects as JSON', () => {
    expect(format({ level: 40, msg: 'odd', why: 'no room', at: { file: 'x', offset: 3 } })).toBe(
      '10:00:00.123 warn  odd why="no room" at={"file":"x","offset":3}',
    );
  });

  it('shows of an error what it says', () => {
    expect(
      format({
        level: 60,
        msg: 'the node had to stop',
        err: { type: 'E', message: 'disk full', stack: '…' },
      }),
    ).toBe('10:00:00.123 fatal the node had to stop err="disk full"');
  });

  it('lets nothing through that a terminal would obey, and no second line', () => {
    expect(format({ level: 30, msg: 'a\nb\u001b[2J', name2: '\u202e\u009b' })).toBe(
      '10:00:00.123 info  a?b?[2J name2=??',
    );
  });

  it.each(['plain words', '{ half a record', '[1]'])('shows as it is what is no record: %s', (line) => {
    expect(formatLogLine(line, plainPainter)).toBe(line);
  });
});
