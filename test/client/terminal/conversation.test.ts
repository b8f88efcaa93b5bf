import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/client-error.ts';
import type { ClientReply } from '../../../src/client/client-effect.ts';
import type { LineOutcome } from '../../../src/client/terminal/conversation.ts';
import { Conversation } from '../../../src/client/terminal/conversation.ts';

interface Talk {
  readonly conversation: Conversation;
  readonly sent: string[];
  readonly shown: string[];
}

/** A conversation with a client that answers from a table, and a person who knows one password. */
function talk(answers: Record<string, Partial<ClientReply>> = {}, password: string | null = null): Talk {
  const sent: string[] = [];
  const shown: string[] = [];
  const client = {
    login: null,
    send(line: string): Promise<ClientReply> {
      sent.push(line);
      if (line.includes('refused')) return Promise.reject(new ClientError('OUTBOX_FULL', 'too many'));
      const answer = { ticket: 1, number: 1, line, code: 'ok', lines: [], text: 'done', ...answers[line] };
      return Promise.resolve(answer);
    },
  };
  const conversation = new Conversation(client, {
    print: (text) => void shown.push(text),
    whisper: (text) => void shown.push(`(${text})`),
    explain: (text) => void shown.push(`! ${text}`),
    askPassword: (question) => {
      shown.push(question);
      return Promise.resolve(password);
    },
  });
  return { conversation, sent, shown };
}

describe('a conversation', () => {
  it('sends plain text to the partner, once there is one', async () => {
    const { conversation, sent, shown } = talk();
    const outcomes: LineOutcome[] = [];
    for (const typed of ['hello', '/to wayne', 'hello', '/quit'])
      outcomes.push(await conversation.enter(typed));
    expect(outcomes).toEqual(['not-sent', 'answered', 'answered', 'quit']);
    expect(sent).toEqual(['3|wayne|hello']);
    expect(shown[0]).toMatch(/^! To whom\?/);
  });

  it('asks for a password only if logging in without one did not work', async () => {
    const unknown = { code: 'not-found', text: 'not recognized' };
    const open = talk({}, 'secret');
    await open.conversation.enter('/login open123');
    expect(open.sent).toEqual(['0|open123']);
    const locked = talk({ '0|wayne123': unknown }, 'secret');
    await locked.conversation.enter('/login wayne123');
    expect(locked.sent).toEqual(['0|wayne123', '0|wayne123|secret']);
    expect(locked.shown.join()).not.toContain('secret');
    const declined = talk({ '0|wayne123': unknown }, null);
    await declined.conversation.enter('/login wayne123');
    expect(declined.shown.at(-1)).toBe('not recognized');
  });

  it('explains what was not taken, and tells what has no answer', async () => {
    const { conversation, shown } = talk({ '2': { code: 'unknown', text: 'nobody can tell' } });
    expect(await conversation.enter('3|wayne|refused')).toBe('not-sent');
    expect(await conversation.enter('2')).toBe('unanswered');
    expect(shown).toEqual(['! too many', 'nobody can tell']);
  });
});
