import { fileURLToPath } from 'node:url';
import type { Rules } from '../../../src/chat/commands/rules.ts';
import { RULES } from '../../../src/chat/commands/rules.ts';
import type { Release } from '../../../src/node/release.ts';
import { NEXT_PROGRAM } from '../../support/next-program.ts';

/** The program that runs it, as a file for `node`. */
export const NEXT_CONCLAVE = fileURLToPath(new URL('conclave.js', import.meta.url));

/** By the first rules there is nobody of that name; by the next ones the heir is sent what is meant for them. */
export const [DEPARTED, HEIR] = ['departed', 'heir'] as const;

const inherited: Rules = (state, from, command) => {
  const [decide] = RULES;
  if (decide === undefined) throw new Error('there are no rules');
  const { body } = command;
  const meant = body.kind === 'send' && body.to === DEPARTED ? { ...body, to: HEIR } : body;
  return decide(state, from, { ...command, body: meant });
};

/** It changes a format, and what some commands come to. */
export const NEXT_RELEASE: Release = {
  version: '99.0.0',
  program: NEXT_PROGRAM,
  rules: [...RULES, inherited],
};
