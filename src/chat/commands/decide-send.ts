import type { ChatState } from '../state/chat-state.ts';
import { onlineConnection } from '../state/logins.ts';
import { accountCalled } from '../state/names.ts';
import type { Send } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';
import { noRoom } from './room.ts';

/** `3|to|text` */
export function decideSend(state: ChatState, from: Origin, { to, text, wallTimeMs }: Send): Decision {
  const sender = from.login === null ? undefined : state.accounts.get(from.login);
  if (sender === undefined) return changeNothing({ kind: 'not-logged-in' });
  const recipient = accountCalled(state, to);
  if (recipient === undefined) return changeNothing({ kind: 'no-recipient', to });
  const { mailboxMessages, storedMessages } = state.limits;
  if (recipient.mailbox.size + recipient.outstanding >= mailboxMessages) {
    return changeNothing({ kind: 'mailbox-full', recipient: recipient.name, limit: mailboxMessages });
  }
  if (state.messages.live >= storedMessages) {
    return changeNothing({ kind: 'full', what: 'messages', limit: storedMessages });
  }
  const full = noRoom(state);
  if (full !== null) return changeNothing(full);
  const id = state.nextMessage;
  const pushTo = onlineConnection(state, recipient)?.ref ?? null;
  return {
    result: {
      kind: 'sent',
      id,
      sender: sender.name,
      recipient: recipient.name,
      wallTimeMs,
      state: pushTo === null ? 'kept' : 'pushed',
    },
    changes: [
      {
        kind: 'store-message',
        account: recipient.index,
        from: sender.name,
        wallTimeMs,
        text,
        pushTo,
      },
    ],
  };
}
