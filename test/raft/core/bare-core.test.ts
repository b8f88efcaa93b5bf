import { expect, it } from 'vitest';
import { agreeOn } from '../../../examples/bare-core.ts';

it('the core by itself: three of them elect a leader and commit the same commands in one order', () => {
  const commands = ['one', 'two', 'three'];
  expect(agreeOn(commands)).toEqual([commands, commands, commands]);
});
