import type { ChatResult, Message } from '../commands/result.ts';
import { mayStillHappen, nothingDone, tooMuch } from './failures.ts';
import { NO_LINES, oneLine } from './reply.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import { visibleText } from './visible-text.ts';

export const GREETING =
  'To get started on this chat room, please create or login your account first and type command as instructed in the documentation';

export const GOODBYE = oneLine('ok', 'Goodbye');

/** What a list begins with; the names follow, joined by commas. */
export const LIST_ALL_PREFIX = 'Showing all accounts: ';
export const LIST_MATCHED_PREFIX = 'Account matched: ';

const NOT_LOGGED_IN = oneLine('denied', 'Please create or login your account first');
const LOGIN_FIRST = oneLine('denied', 'Please login as this account first');
const NO_NEW_MESSAGES = oneLine('ok', 'No new messages');
const DELETED = oneLine('ok', 'Your account has been deleted');
const MAILBOX_NOT_EMPTY = oneLine('not-empty', 'Please check your mailbox before deleting your account!');
const NO_ACCOUNT_TO_READ = oneLine('not-found', 'User not Found');
const NO_ACCOUNT_TO_DELETE = oneLine('not-found', 'User Not Found!');
const HELLO = oneLine('ok', 'Hello');
const ACKNOWLEDGED = oneLine('ok', 'Acknowledged');
const NOT_A_CLIENT = oneLine(
  'denied',
  'Please say hello first: only the connection of a client acknowledges messages',
);
const EXPIRED = oneLine(
  'expired',
  'This client is not known any more, nothing was done: go on with a new client ID, from number 1',
);
const CONFLICT = oneLine('conflict', 'This number was used for another command, nothing was done');
const OTHER_CLIENT = oneLine(
  'conflict',
  'This connection is of another client already, nothing was done: open a new one',
);
const REPLACED = oneLine('replaced', 'This client has moved to another connection, nothing was done');

/** The literal reply to a command that was applied. `request` is the command's own line, for what a result does not repeat. */
export const replyTo = (request: Request, result: ChatResult): Reply => {
  switch (result.kind) {
    case 'created':
      return oneLine('ok', `Success New Account Creation! Your new Account ID: ${result.name}123`);
    case 'name-taken':
      return oneLine('taken', `Username ${result.name} already exists. Please try a different username.`);
    case 'logged-in':
      return oneLine('ok', `user : ${result.name} is now logged in`);
    case 'not-recognized':
      return oneLine(
        'not-found',
        `user with ID : ${visibleText(result.id)} is not recognized in the system, please try a different name or create a new one`,
      );
    case 'sent':
      return sentReply(request, result);
    case 'no-recipient':
      return oneLine('not-found', `Receiver: ${visibleText(result.to)} doesn't exist`);
    case 'mailbox-full':
      return oneLine(
        'full',
        `The mailbox of ${result.recipient} is full (${result.limit} messages), nothing was sent`,
      );
    case 'not-logged-in':
      return NOT_LOGGED_IN;
    case 'collected':
      return collectedReply(result.id, result.messages);
    case 'nothing-kept':
      return NO_NEW_MESSAGES;
    case 'no-account':
      return request.kind === 'delete' ? NO_ACCOUNT_TO_DELETE : NO_ACCOUNT_TO_READ;
    case 'login-first':
      return LOGIN_FIRST;
    case 'deleted':
      return DELETED;
    case 'mailbox-not-empty':
      return MAILBOX_NOT_EMPTY;
    case 'hello':
      return HELLO;
    case 'acknowledged':
      return ACKNOWLEDGED;
    case 'not-a-client':
      return NOT_A_CLIENT;
    case 'expired':
      return EXPIRED;
    case 'below-floor':
      return oneLine(
        'below-floor',
        `This number is below the client's lowest open number ${result.floor}, it is not executed now`,
      );
    case 'conflict':
      return request.kind === 'hello' ? OTHER_CLIENT : CONFLICT;
    case 'replaced':
      return REPLACED;
    case 'too-many-outstanding':
      return tooMuch(`${result.limit} numbers are outstanding already, raise the lowest with another hello`);
    case 'full':
      return oneLine('full', `The service is full (${result.limit} ${result.what}), nothing was done`);
    case 'check-again':
      return nothingDone('the account changed while its password was checked, try again');
    case 'unreadable':
      return nothingDone('the command could not be read by this version of the cluster');
    case 'logged-out':
      return GOODBYE;
    case 'noted':
      return oneLine('ok', 'Noted');
    default:
      return unforeseen(result);
  }
};

/** The reply to `2|pattern` where no name matches. */
export const noMatchReply = (pattern: string): Reply =>
  oneLine('not-found', `Account matched to: ${visibleText(pattern)} doesn't exist`);

const sentReply = (request: Request, result: Extract<ChatResult, { kind: 'sent' }>): Reply => {
  const { sender, recipient, state } = result;
  return {
    code: 'ok',
    before: NO_LINES,
    text:
      state === 'pushed'
        ? `Sender ${sender} sends a new message ${request.kind === 'send' ? visibleText(request.text) : ''} to ${recipient}`
        : `message from ${sender} has been delivered to ${recipient}'s mailbox`,
    facts: result,
  };
};

const collectedReply = (id: string, messages: readonly Message[]): Reply => {
  const lines = messages.map((message) => `${message.from} sends: ${visibleText(message.text)}`);
  const heading = `undelivered message for user ID ${visibleText(id)}: `;
  return { code: 'ok', before: [heading, ...lines.slice(0, -1)], text: lines.at(-1) ?? '', facts: null };
};

const unforeseen = (result: never): Reply =>
  mayStillHappen(`this node does not know the result ${JSON.stringify(result)}`);
