import { commandNumber } from '../../chat/pipe/parse-line.ts';
import { invalidReply } from '../../chat/pipe/failures.ts';
import type { Reply } from '../../chat/pipe/reply.ts';
import type { Request } from '../../chat/pipe/request.ts';
import type { Connection } from './connection.ts';
import type { PendingRequest } from './pending-request.ts';
import type { PipeOptions } from './pipe-options.ts';

/** Why a request is answered before anything is done for it, with that answer; null if it may go on. */
export const objection = (
  connection: Connection,
  item: PendingRequest,
  options: PipeOptions,
): Reply | null => {
  const { request, tag } = item;
  if (request.kind === 'invalid') return invalidReply(request.why);
  if (request.kind === 'hello' || request.kind === 'bye') return null;
  if (connection.role.kind === 'refused-client') return connection.role.reply;
  if (connection.role.kind === 'client' && (tag === null || commandNumber(tag) === null)) {
    return invalidReply(
      "a client's command carries its number, a whole number from 1, as its tag, as in #1|2",
    );
  }
  if (request.kind === 'acknowledge' && connection.role.kind === 'plain') {
    return invalidReply('6 is for the connection of a client, say hello first');
  }
  const makesOpenAccount = request.kind === 'create' && request.password === null;
  const isAllowed =
    options.openAccounts === 'everywhere' ||
    (options.openAccounts === 'loopback' && connection.listener.reach === 'loopback');
  if (makesOpenAccount && !isAllowed) {
    return invalidReply('this server makes no accounts without a password, use 1|name|password');
  }
  return null;
};

/** Does the request wait until all earlier ones of its connection are answered? Reads do, and what changes who the connection is. */
export const standsAlone = (connection: Connection, request: Request): boolean => {
  switch (request.kind) {
    case 'login':
    case 'list':
    case 'hello':
    case 'bye':
      return true;
    case 'create':
      // It may end an earlier login, whose mail must be told as delivered first.
      return connection.needsLogout;
    case 'send':
    case 'collect':
    case 'delete':
    case 'acknowledge':
    case 'invalid':
      return false;
    default:
      return request satisfies never;
  }
};

/** Does the request end the connection's login, so that mail which its socket has not taken goes back to the mailbox? */
export const endsLogin = (request: Request): boolean =>
  request.kind === 'create' || request.kind === 'login' || request.kind === 'hello';

/** Does the request, if it succeeds, make the cluster know of the connection, so that its end must be told? */
export const makesKnown = (request: Request): boolean => endsLogin(request) || request.kind === 'collect';

/** Does a client number the request so that it happens once, and in the order of the numbers? */
export const happensOnce = (request: Request): boolean => {
  switch (request.kind) {
    case 'create':
    case 'login':
    case 'send':
    case 'collect':
    case 'delete':
    case 'acknowledge':
      return true;
    case 'list':
    case 'hello':
    case 'bye':
    case 'invalid':
      return false;
    default:
      return request satisfies never;
  }
};

/** May the requests behind this one be started? */
export const letsOthersPass = (item: PendingRequest): boolean => {
  if (item.isSettled) return true;
  const { progress, request } = item;
  switch (request.kind) {
    case 'create':
      return progress.kind === 'submitted';
    case 'list':
      return progress.kind === 'listing' || progress.kind === 'streaming';
    case 'login':
    case 'hello':
    case 'bye':
      return false;
    case 'send':
    case 'collect':
    case 'delete':
    case 'acknowledge':
    case 'invalid':
      return true;
    default:
      return request satisfies never;
  }
};
