import type { ChatCommand, CommandBody } from '../../../src/chat/commands/command.ts';
import type { Rules } from '../../../src/chat/commands/rules.ts';
import { RULES } from '../../../src/chat/commands/rules.ts';
import type { Release } from '../../../src/node/release.ts';
import { NEXT_PROGRAM } from '../../support/next-program.ts';

/** What a command means by the rules of a version: by the second, what is sent to `w4` goes to `w3`. */
export function byRulesOf(version: number, body: CommandBody): CommandBody {
  if (version < 2 || body.kind !== 'send') return body;
  return { ...body, to: body.to.replace(/^w4(?=$|123$)/, 'w3') };
}

const [first] = RULES;
const nextRules: Rules = (state, from, command: ChatCommand) => {
  if (first === undefined) throw new Error('there are no rules');
  return first(state, from, { ...command, body: byRulesOf(2, command.body) });
};

/** The one to come: it writes batches in another way, and by its rules some commands come to something else. */
export const NEXT_RELEASE: Release = {
  version: 'next',
  program: NEXT_PROGRAM,
  rules: [...RULES, nextRules],
};

/** What both write. */
export const ALL_FORMATS = NEXT_RELEASE.program.batches;
