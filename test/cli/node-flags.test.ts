import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from '../../src/cli/node-flags.ts';

test('a node that is started by hand runs with the flags of one that `conclave up` starts', () => {
  const program = readFileSync(new URL('../../bin/conclave.js', import.meta.url), 'utf8');

  expect(program.split('\n', 1)[0]).toBe(`#!/usr/bin/env -S node ${NODE_FLAGS.join(' ')}`);
});
