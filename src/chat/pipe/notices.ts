import type { NodeId } from '../ids.ts';

/** Why a connection is logged in as nobody, although it did not ask for that. */
export type LoggedOutBecause = 'elsewhere' | 'deleted';

const REASONS: Readonly<Record<LoggedOutBecause, string>> = {
  elsewhere: 'your account logged in elsewhere',
  deleted: 'your account has been deleted',
};

export const loggedOutNotice = (because: LoggedOutBecause): string =>
  `You have been logged out: ${REASONS[because]}\n`;

/** The same for a client's connection: `!logged-out|elsewhere`, a word that a program can decide by. */
export const clientLoggedOutNotice = (because: LoggedOutBecause): string => `!logged-out|${because}\n`;

export const REPLACED_NOTICE = '!replaced|\n';
export const SHUTDOWN_NOTICE = '!shutdown|\n';
/** Where the nodes are by now, for clients that know only those of long ago: `!nodes|n1 127.0.0.1:6666,n4 127.0.0.1:6671`. */
export const nodesNotice = (nodes: readonly { readonly id: string; readonly client: string }[]): string =>
  `!nodes|${nodes.map(({ id, client }) => `${id} ${client}`).join(',')}\n`;
export const leaderNotice = (leader: NodeId): string => `!leader|${leader}\n`;
