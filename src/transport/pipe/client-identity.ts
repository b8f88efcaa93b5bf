import { createHash, createHmac } from 'node:crypto';
import { clientKey } from '../../chat/ids.ts';
import type { ClientKey } from '../../chat/ids.ts';

const HEX_DIGITS = 32;

/** What the cluster stores instead of the secret client ID. */
export const clientKeyOf = (clientId: string): ClientKey =>
  clientKey(createHash('sha256').update(clientId).digest('hex').slice(0, HEX_DIGITS));

/** Tells whether a number is used again for the same command, without keeping a password that may be in the command. */
export const fingerprintOf = (clientId: string, command: string): string =>
  createHmac('sha256', clientId).update(command).digest('hex').slice(0, HEX_DIGITS);
