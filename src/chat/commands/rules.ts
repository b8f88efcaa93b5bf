import type { ChatState } from '../state/chat-state.ts';
import type { ConnectionRef } from '../state/records.ts';
import type { ChatCommand } from './command.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';

/** What commands come to under one version of the rules. Reads only, and is the same on every replica for ever. */
export type Rules = (state: ChatState, from: ConnectionRef, command: ChatCommand) => Decision;

/**
 * Every version of the rules, the first one first: a replica applies an old entry by the rules of its time. What would come
 * out differently for some command is a new version, added at the end; those before it are never changed again.
 */
export const RULES: readonly Rules[] = [decide];

/** This program cannot go on: it would apply commands by other rules than the replicas that know this version. */
export class UnknownRulesError extends Error {
  override readonly name = 'UnknownRulesError';
  readonly code = 'CHAT_UNKNOWN_RULES';

  constructor(version: number, newest: number) {
    super(
      `the cluster applies commands by version ${version} of the chat's rules, and this program knows versions 1 to ${newest}: ` +
        'start this node with a newer program',
    );
  }
}
