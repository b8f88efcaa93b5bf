import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import type { ChatCommand } from '../../../src/chat/commands/command.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';

export interface ReferenceReply {
  readonly code: string;
  readonly lines: readonly string[];
}

/** The reply to a command as docs/protocol.md has it, without tags and facts. Of the texts of this simulator only: all of them plain. */
export function referenceReply({ body }: ChatCommand, result: ChatResult): ReferenceReply | null {
  const one = (code: string, line: string): ReferenceReply => ({ code, lines: [line] });
  switch (result.kind) {
    case 'created':
      return one('ok', `Success New Account Creation! Your new Account ID: ${result.name}123`);
    case 'name-taken':
      return one('taken', `Username ${result.name} already exists. Please try a different username.`);
    case 'logged-in':
      return one('ok', `user : ${result.name} is now logged in`);
    case 'not-recognized':
      return one(
        'not-found',
        `user with ID : ${result.id} is not recognized in the system, please try a different name or create a new one`,
      );
    case 'sent':
      return one(
        'ok',
        result.state === 'pushed'
          ? `Sender ${result.sender} sends a new message ${body.kind === 'send' ? plainText(body.text) : ''} to ${result.recipient}`
          : `message from ${result.sender} has been delivered to ${result.recipient}'s mailbox`,
      );
    case 'no-recipient':
      return one('not-found', `Receiver: ${result.to} doesn't exist`);
    case 'mailbox-full':
      return one(
        'full',
        `The mailbox of ${result.recipient} is full (${result.limit} messages), nothing was sent`,
      );
    case 'not-logged-in':
      return one('denied', 'Please create or login your account first');
    case 'collected': {
      const lines = result.messages.map(({ from, text }) => `${from} sends: ${text}`);
      return { code: 'ok', lines: [`undelivered message for user ID ${result.id}: `, ...lines] };
    }
    case 'nothing-kept':
      return one('ok', 'No new messages');
    case 'no-account':
      return one('not-found', body.kind === 'delete' ? 'User Not Found!' : 'User not Found');
    case 'login-first':
      return one('denied', 'Please login as this account first');
    case 'deleted':
      return one('ok', 'Your account has been deleted');
    case 'mailbox-not-empty':
      return one('not-empty', 'Please check your mailbox before deleting your account!');
    default:
      // What only the machinery hears, or what is told in words that are no contract.
      return null;
  }
}
