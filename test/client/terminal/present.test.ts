import { describe, expect, it } from 'vitest';
import type { ClientReply, ClientStatus } from '../../../src/client/client-effect.ts';
import type { ClientNode } from '../../../src/client/node-address.ts';
import { emptyHiddenInput, typeHidden } from '../../../src/client/terminal/hidden-input.ts';
import {
  isAnswered,
  presentDelivery,
  presentMessage,
  presentReply,
  presentTime,
} from '../../../src/client/terminal/present.ts';
import { StatusTeller } from '../../../src/client/terminal/status-teller.ts';
import { insertAbove } from '../../../src/client/terminal/typing-line.ts';

const reply = (part: Partial<ClientReply>): ClientReply => ({
  ticket: 1,
  number: 1,
  line: '2',
  code: 'ok',
  lines: [],
  text: '',
  ...part,
});

const sent = (state: string): ClientReply =>
  reply({
    line: '3|wayne|hi',
    lines: [`id=12;at=2026-01-01T00:00:00.000Z;state=${state}`],
    text: 'Sender mason sends a new message hi to wayne',
  });

const message = { id: 1, from: 'mason', time: '2026-01-01T12:05:00.000Z', text: 'hi' };

describe('what is printed', () => {
  it('is the reply in the words of the original protocol, without what is for programs', () => {
    expect(presentReply(sent('pushed'))).toBe('Sender mason sends a new message hi to wayne');
    const mail = reply({
      line: '4|wayne123',
      lines: ['undelivered message for user ID wayne123: '],
      text: 'ann sends: hi',
    });
    expect(presentReply(mail)).toBe('undelivered message for user ID wayne123: \nann sends: hi');
  });

  it('says in few words what became of a text, and a refusal in full', () => {
    expect(presentDelivery(sent('pushed'), 'wayne')).toBe('delivered to wayne');
    expect(presentDelivery(sent('kept'), 'wayne')).toBe('wayne is away: kept in the mailbox');
    const refused = reply({ line: '3|nobody|hi', code: 'not-found', text: "Receiver: nobody doesn't exist" });
    expect(presentDelivery(refused, 'nobody')).toBe("Receiver: nobody doesn't exist");
  });

  it('never lets a text of somebody else act on the terminal', () => {
    const shown = presentMessage({ ...message, text: 'a\u001b[2Jb\u202ec' });
    expect(shown).toBe('mason: a\\u{1b}[2Jb\\u{202e}c');
    expect(presentReply(reply({ text: '\u001b]0;title\u0007' }))).not.toContain('\u001b');
  });

  it('shows the time of a message as hours and minutes, and none that makes no sense', () => {
    expect(presentTime(message)).toMatch(/^\d\d:\d\d$/);
    expect(presentTime({ ...message, time: 'yesterday' })).toBe('');
  });

  it('counts a refusal as an answer, and what nobody can tell as none', () => {
    expect(['ok', 'taken', 'denied', 'invalid', 'full'].every((code) => isAnswered(reply({ code })))).toBe(
      true,
    );
    expect(['unknown', 'unavailable', 'expired', 'kept'].some((code) => isAnswered(reply({ code })))).toBe(
      false,
    );
  });
});

describe('the state of the connection', () => {
  const node = (id: string): ClientNode => ({ id, host: 'h', port: 1 });
  const connected = (id: string): ClientStatus => ({ kind: 'connected', node: node(id), resent: 0 });
  const lost = (id: string): ClientStatus => ({ kind: 'lost', node: node(id), why: 'it broke' });
  const waiting: ClientStatus = { kind: 'waiting', delayMs: 5, why: 'nobody listens there' };
  const told = (...statuses: readonly ClientStatus[]): readonly string[] => {
    const teller = new StatusTeller();
    return statuses.map((status) => teller.tell(status)).filter((line) => line !== null);
  };

  it('is one line for a change of node', () => {
    const connecting: ClientStatus = { kind: 'connecting', node: node('n2') };
    expect(told(connected('n1'), lost('n1'), connecting, connected('n2'))).toEqual([
      'connected to n1',
      'n1 is gone; connected to n2, nothing was lost',
    ]);
  });

  it('says once that nobody can be reached, and when somebody is', () => {
    expect(told(connected('n1'), lost('n1'), waiting, waiting, waiting, connected('n1')).slice(1)).toEqual([
      'no node can serve just now (nobody listens there); trying again, what you send is kept',
      'n1 is back, nothing was lost',
    ]);
  });

  it('tells whoever wonders that another node is being looked for, unless it was told already', () => {
    const teller = new StatusTeller();
    teller.tell(connected('n1'));
    expect(teller.stillLooking()).toBeNull();
    teller.tell(lost('n1'));
    expect(teller.stillLooking()).toBe('n1 is gone; looking for another node');
    teller.tell(waiting);
    expect(teller.stillLooking()).toBeNull();
  });

  it('is silent about a new connection to the same node that nobody needs to know of', () => {
    expect(told(connected('n1'), connected('n1'))).toEqual(['connected to n1']);
  });
});

const ESCAPE = '\u001b';
const PIECES = new RegExp(`${ESCAPE}\\[(\\d*)([A-Z])|[^${ESCAPE}]`, 'gs');

/** Enough of a terminal to see where things land: rows of text and a cursor. */
function screenAfter(rows: readonly string[], cursorRow: number, written: string): readonly string[] {
  const screen = [...rows];
  let row = cursorRow;
  for (const [piece, count, verb] of written.matchAll(PIECES)) {
    if (verb === 'A') row -= Number(count);
    else if (verb === 'J') screen.length = row;
    else if (piece === '\n') row += 1;
    else if (piece !== '\r') screen[row] = (screen[row] ?? '') + piece;
  }
  return [...screen, `cursor at ${row}`];
}

describe('a text that comes while a line is being typed', () => {
  it('takes the place of the line, which readline draws anew below it', () => {
    const screen = screenAfter(['earlier', '> half a li'], 1, insertAbove('mason: hi', 0));
    expect(screen).toEqual(['earlier', 'mason: hi', 'cursor at 2']);
  });

  it('clears all rows of a long line, and leaves the cursor as far below as it was', () => {
    const screen = screenAfter(['earlier', '> a long line', 'that goes on'], 2, insertAbove('mason: hi', 1));
    expect(screen).toEqual(['earlier', 'mason: hi', 'cursor at 3']);
  });
});

describe('a hidden password', () => {
  const type = (...keys: readonly string[]) => keys.reduce(typeHidden, emptyHiddenInput);

  it('is what was typed until Enter, corrections included', () => {
    expect(type('a', 'bc', '\u007f', 'ü', '\u001b[A', '\r')).toEqual({ kind: 'done', typed: 'abü' });
    expect(type('wrong', '\u0015', 'right\rmore')).toEqual({ kind: 'done', typed: 'right' });
  });

  it.each(['\u0003', '\u0004', '\u001b'])('is cancelled by %j', (key) => {
    expect(type('abc', key).kind).toBe('cancelled');
  });
});
