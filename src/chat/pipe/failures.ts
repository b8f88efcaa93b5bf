import { oneLine } from './reply.ts';
import type { Reply, ReplyCode } from './reply.ts';

/** The line was not understood, or asks for what cannot be. */
export const invalidReply = (why: string): Reply =>
  oneLine('invalid', `Please give a valid input as instructed in the documentation: ${why}`);

/** Certainly not done. */
export const nothingDone = (why: string): Reply => nothingDoneAs('unavailable', why);

/** Certainly not done, and the sender should slow down. */
export const tooMuch = (why: string): Reply => nothingDoneAs('busy', why);

/** Not known whether it was or will be done. */
export const mayStillHappen = (why: string): Reply =>
  oneLine('unknown', `The service is unavailable, the command may still be carried out: ${why}`);

const nothingDoneAs = (code: ReplyCode, why: string): Reply =>
  oneLine(code, `The service is unavailable, nothing was done: ${why}`);
