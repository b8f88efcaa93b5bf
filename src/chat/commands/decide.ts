import type { ChatState } from '../state/chat-state.ts';
import type { ConnectionRef } from '../state/records.ts';
import type { ChatCommand, CommandBody } from './command.ts';
import { decideAcknowledge } from './decide-acknowledge.ts';
import { decideCollect } from './decide-collect.ts';
import { decideCreate } from './decide-create.ts';
import { decideDelete } from './decide-delete.ts';
import { decideDelivered } from './decide-delivered.ts';
import { decideHello } from './decide-hello.ts';
import { decideLogin } from './decide-login.ts';
import { decideOnce } from './decide-once.ts';
import { decideSend } from './decide-send.ts';
import { changeNothing, originOf, type Decision, type Origin } from './decision.ts';

/** What a person or a program asks for, as opposed to what a connection's own coming and going amounts to. */
type Asked = Exclude<CommandBody, { readonly kind: 'logout' | 'delivered' | 'hello' }>;

/** What a command comes to in this state. Reads only. */
export function decide(state: ChatState, ref: ConnectionRef, command: ChatCommand): Decision {
  const { body } = command;
  const from = originOf(state, ref, command.request);
  switch (body.kind) {
    // These three can be repeated without harm: a request's number means nothing to them.
    case 'logout':
      return { result: { kind: 'logged-out' }, changes: [{ kind: 'end-connection', at: from.at }] };
    case 'delivered':
      return decideDelivered(from, body);
    case 'hello':
      return decideHello(state, from, body);
    case 'create':
    case 'login':
    case 'send':
    case 'collect':
    case 'delete':
    case 'acknowledge':
      return decideAsked(state, from, body);
    default:
      return body satisfies never;
  }
}

function decideAsked(state: ChatState, from: Origin, body: Asked): Decision {
  const standing = from.connection?.standing.kind ?? 'none';
  switch (standing) {
    case 'none':
      return from.request === null ? execute(state, from, body) : changeNothing({ kind: 'not-a-client' });
    case 'replaced':
      return changeNothing({ kind: 'replaced' });
    case 'forgotten':
    case 'expired':
      return changeNothing({ kind: 'expired' });
    case 'current':
      // Without a number it could happen twice, which is what its client was promised not to happen.
      if (from.client === undefined || from.request === null) return changeNothing({ kind: 'unreadable' });
      return decideOnce(state, from.client, from.request, () => execute(state, from, body));
    default:
      return standing satisfies never;
  }
}

function execute(state: ChatState, from: Origin, body: Asked): Decision {
  switch (body.kind) {
    case 'create':
      return decideCreate(state, from, body);
    case 'login':
      return decideLogin(state, from, body);
    case 'send':
      return decideSend(state, from, body);
    case 'collect':
      return decideCollect(state, from, body);
    case 'delete':
      return decideDelete(state, from, body);
    case 'acknowledge':
      return decideAcknowledge(from, body);
    default:
      return body satisfies never;
  }
}
