import type { OrderedLog, SubmitAnswer } from '../../ordered-log/ordered-log.ts';

/** Reasons, in words for a person, why a command was not carried out or why nobody knows. */

export const NODE_CUT_OFF = 'this node lost touch with the others, try again';
export const NOT_SEEN = 'this node caught up by a snapshot and did not see what became of it';
export const BEHIND_ANOTHER =
  'a command before it was not carried out in time, send them again in their order';
export const SHUTTING_DOWN = 'this node is shutting down';

export const noAnswerIn = (timeoutMs: number, log: OrderedLog): string =>
  log.leader() === null
    ? `no leader could be reached within ${seconds(timeoutMs)}`
    : `the cluster did not answer within ${seconds(timeoutMs)}`;

export const listTookTooLong = (timeoutMs: number): string =>
  `the list could not be made within ${seconds(timeoutMs)}, use a simpler pattern`;

export const refusedBecause = (answer: Extract<SubmitAnswer, { kind: 'refused' }>): string => {
  switch (answer.reason) {
    case 'full':
      return 'too many commands at once, try again later';
    case 'stopping':
      return SHUTTING_DOWN;
    case 'no-room':
      return 'the disks of most nodes are full, the cluster can only be read until there is room';
    default:
      return answer.reason satisfies never;
  }
};

const seconds = (ms: number): string => `${ms / 1000} s`;
