import { expect, it } from 'vitest';
import { painterFor } from '../../src/cli/painter.ts';

const terminal = { isTTY: true };

it('a terminal gets colours', () => {
  expect(painterFor(terminal, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
});

it.each([
  ['a pipe', { isTTY: false }, {}],
  ['a terminal whose owner wants none', terminal, { NO_COLOR: '1' }],
  ['a dumb terminal', terminal, { TERM: 'dumb' }],
])('%s gets none', (_, stream, env) => {
  expect(painterFor(stream, env)('red', 'x')).toBe('x');
});
