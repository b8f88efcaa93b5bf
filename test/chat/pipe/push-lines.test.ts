import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import { messageId } from '../../../src/chat/ids.ts';
import { invalidReply, mayStillHappen, nothingDone, tooMuch } from '../../../src/chat/pipe/failures.ts';
import { formatHelloReply, formatReply } from '../../../src/chat/pipe/format-reply.ts';
import { nameFault } from '../../../src/chat/pipe/name-rule.ts';
import { clientLoggedOutNotice, loggedOutNotice } from '../../../src/chat/pipe/notices.ts';
import { clientPushLine, pushLine } from '../../../src/chat/pipe/push-lines.ts';
import {
  GREETING,
  LIST_ALL_PREFIX,
  LIST_MATCHED_PREFIX,
  noMatchReply,
  replyTo,
} from '../../../src/chat/pipe/replies.ts';
import type { Request } from '../../../src/chat/pipe/request.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,32}$/).filter((it) => nameFault(it) === null);
/** Texts that try to look like something else, among others. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }).map((it) => it.replaceAll('\n', '')),
  fc.constantFrom('hi', ' ann is now logged in', "wayne doesn't exist", 'hello to wayne', '\u001b[2J'),
);

const message = (from: string, body: string) => ({ id: messageId(1), from, wallTimeMs: 0, text: body });

/** Every line that the server itself may write to a plain connection, with people's names and texts in it. */
const serverLines = (who: string, other: string, body: string): string[] => {
  const requests: Request[] = [
    { kind: 'send', to: other, text: body },
    { kind: 'delete', id: `${who}123` },
    { kind: 'collect', id: `${who}123` },
    { kind: 'hello', clientId: 'x'.repeat(22), floor: 1 },
  ];
  const results: ChatResult[] = [
    { kind: 'created', name: who },
    { kind: 'name-taken', name: who },
    { kind: 'logged-in', name: who },
    { kind: 'not-recognized', id: body },
    { kind: 'check-again' },
    { kind: 'logged-out' },
    { kind: 'sent', id: messageId(1), sender: who, recipient: other, wallTimeMs: 0, state: 'pushed' },
    { kind: 'sent', id: messageId(1), sender: who, recipient: other, wallTimeMs: 0, state: 'kept' },
    { kind: 'no-recipient', to: body },
    { kind: 'mailbox-full', recipient: other, limit: 1 },
    { kind: 'not-logged-in' },
    { kind: 'collected', id: `${who}123`, messages: [message(other, body), message(who, body)], upTo: 2 },
    { kind: 'nothing-kept' },
    { kind: 'no-account', id: body },
    { kind: 'login-first' },
    { kind: 'deleted' },
    { kind: 'mailbox-not-empty' },
    { kind: 'hello' },
    { kind: 'expired' },
    { kind: 'below-floor', floor: 1 },
    { kind: 'conflict' },
    { kind: 'too-many-outstanding', limit: 1 },
    { kind: 'replaced' },
    { kind: 'acknowledged' },
    { kind: 'not-a-client' },
    { kind: 'full', what: 'accounts', limit: 1 },
    { kind: 'unreadable' },
    { kind: 'noted' },
  ];
  const replies = [
    ...requests.flatMap((request) => results.map((result) => replyTo(request, result))),
    ...[invalidReply, nothingDone, tooMuch, mayStillHappen, noMatchReply].map((make) => make(body)),
  ];
  return [
    GREETING,
    `${LIST_ALL_PREFIX}${who},${other}`,
    `${LIST_MATCHED_PREFIX}${who}`,
    loggedOutNotice('elsewhere'),
    loggedOutNotice('deleted'),
    clientLoggedOutNotice('elsewhere'),
    ...replies.flatMap((reply) => [
      formatReply(null, reply),
      formatReply('7', reply),
      formatHelloReply(reply),
    ]),
  ].flatMap((lines) => lines.replace(/\n$/u, '').split('\n'));
};

describe('pushes', () => {
  it('no name and text make a push that equals a reply or a notice', () => {
    // Whatever the text: a push begins with a name, a colon and a blank, and no line of the server does.
    const looksLikePush = /^[A-Za-z0-9_.-]{1,32}: /u;
    fc.assert(
      fc.property(name, name, text, (who, other, body) => {
        for (const line of serverLines(who, other, body)) {
          const start = looksLikePush.exec(line)?.[0].slice(0, -2);
          if (start !== undefined) expect(nameFault(start)).toMatch(/ is reserved$/);
        }
      }),
    );
  });

  it('are one line of nothing that acts on a terminal', () => {
    fc.assert(
      fc.property(name, fc.string({ unit: 'binary' }), (who, body) => {
        const plain = pushLine(message(who, body));
        const client = clientPushLine(message(who, body));
        for (const line of [plain, client]) {
          expect(line).toMatch(/^[^\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*\n$/u);
        }
      }),
    );
  });

  it('leave what people write as it is', () => {
    expect(pushLine(message('mason', 'Grüße, 你好 👨‍👩‍👧 | \\n'))).toBe('mason: Grüße, 你好 👨‍👩‍👧 | \\n\n');
    expect(clientPushLine(message('mason', 'a|b'))).toBe('@1|mason|1970-01-01T00:00:00.000Z|a|b\n');
  });
});
