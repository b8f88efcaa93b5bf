import { describe, expect, it } from 'vitest';
import { Chat, collect, delivered, login, logout, n1, n2, send, textsOf } from './harness.ts';

describe('sending', () => {
  it('needs a login', () => {
    const chat = new Chat();
    chat.person('ann');
    expect(chat.do(chat.seat(), send('ann', 'hi'))).toEqual({ kind: 'not-logged-in' });
  });

  it('answers that nobody has this name or ID', () => {
    const chat = new Chat();
    expect(chat.do(chat.person('ann'), send('Bob', 'hi'))).toEqual({ kind: 'no-recipient', to: 'Bob' });
  });

  it('reaches a name or an ID, without regard to case, and names people as they were made', () => {
    const chat = new Chat();
    const mason = chat.person('Mason');
    const wayne = chat.person('Wayne', n2);
    const sent = {
      kind: 'sent',
      sender: 'Mason',
      recipient: 'Wayne',
      wallTimeMs: 1_700_000_000_000,
      state: 'pushed',
    };
    expect(chat.do(mason, send('wAYNE', 'a|b'))).toEqual({ ...sent, id: 1 });
    expect(chat.do(mason, send('wayne123', 'c'))).toEqual({ ...sent, id: 2 });
    expect(chat.inFlight(wayne)).toEqual([
      {
        ordinal: 1,
        by: 'push',
        message: { id: 1, from: 'Mason', wallTimeMs: 1_700_000_000_000, text: 'a|b' },
      },
      {
        ordinal: 2,
        by: 'push',
        message: { id: 2, from: 'Mason', wallTimeMs: 1_700_000_000_000, text: 'c' },
      },
    ]);
  });

  it('reaches oneself', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    expect(chat.do(ann, send('ann', 'note'))).toMatchObject({ state: 'pushed' });
    expect(chat.textsInFlight(ann)).toEqual(['note']);
  });

  it('is kept for a recipient who is offline', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(chat.person('bob'), logout);
    expect(chat.do(ann, send('bob', 'hi'))).toMatchObject({ state: 'kept' });
  });

  it('is refused when the mailbox and what is in flight reach the limit', () => {
    const chat = new Chat({ mailboxMessages: 2 });
    const ann = chat.person('ann');
    const bob = chat.person('bob');
    chat.do(ann, send('bob', '1'));
    chat.do(bob, logout);
    chat.do(bob, login('bob123'));
    chat.do(ann, send('bob', '2'));
    expect(chat.do(ann, send('bob', '3'))).toEqual({ kind: 'mailbox-full', recipient: 'bob', limit: 2 });
    chat.do(bob, delivered(1));
    expect(chat.do(ann, send('bob', '3')).kind).toBe('sent');
  });

  it('is refused when the cluster stores as many messages as its limit allows', () => {
    const chat = new Chat({ storedMessages: 1 });
    const ann = chat.person('ann');
    chat.do(ann, send('ann', '1'));
    expect(chat.do(ann, send('ann', '2'))).toEqual({ kind: 'full', what: 'messages', limit: 1 });
    chat.do(ann, delivered(1));
    expect(chat.do(ann, send('ann', '2'))).toMatchObject({ kind: 'sent', id: 2 });
  });
});

describe('collecting', () => {
  it('answers for IDs that nobody has, and for empty mailboxes', () => {
    const chat = new Chat();
    chat.person('ann');
    const seat = chat.seat();
    expect(chat.do(seat, collect('ann'))).toEqual({ kind: 'no-account', id: 'ann' });
    expect(chat.do(seat, collect('ann123'))).toEqual({ kind: 'nothing-kept' });
  });

  it('needs the login of an account with a password, but not of an open one', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    chat.do(chat.person('open'), logout);
    chat.do(chat.person('locked', n2, 'hash'), logout);
    chat.do(bob, send('open', 'x'));
    chat.do(bob, send('locked', 'y'));
    expect(chat.do(chat.seat(), collect('locked123'))).toEqual({ kind: 'login-first' });
    expect(textsOf(chat.do(chat.seat(), collect('open123')))).toEqual(['x']);
  });

  it('puts the whole mailbox in flight to the connection, after what was pushed to it', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    chat.do(chat.person('Ann'), logout);
    chat.do(bob, send('ann', 'one'));
    chat.do(bob, send('ann', 'two'));
    const ann = chat.seat();
    chat.do(ann, login('ann123'));
    chat.do(bob, send('ann', 'three'));
    const result = chat.do(ann, collect('ANN123'));
    expect(result).toMatchObject({ kind: 'collected', id: 'Ann123', upTo: 3 });
    expect(textsOf(result)).toEqual(['one', 'two']);
    expect(chat.inFlight(ann).map((it) => [it.ordinal, it.by, it.message.text])).toEqual([
      [1, 'push', 'three'],
      [2, 'collect', 'one'],
      [3, 'collect', 'two'],
    ]);
    expect(chat.do(ann, collect('ann123')).kind).toBe('nothing-kept');
    chat.do(ann, delivered(3));
    expect(chat.machine.counts().messages).toBe(0);
  });

  it('goes back to its mailbox when the connection of a stranger ends before it was delivered', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    chat.do(chat.person('ann'), logout);
    chat.do(bob, send('ann', 'one'));
    const stranger = chat.seat();
    chat.do(stranger, collect('ann123'));
    expect(chat.view(stranger)).toMatchObject({ account: null, client: 'none' });
    chat.do(stranger, logout);
    expect(chat.view(stranger)).toBeUndefined();
    expect(textsOf(chat.do(bob, collect('ann123')))).toEqual(['one']);
  });

  it('stays in flight to a connection that logs in as somebody else: its reply is on its way', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    chat.do(chat.person('ann'), logout);
    chat.do(bob, send('ann', 'one'));
    const ann = chat.seat();
    chat.do(ann, login('ann123'));
    chat.do(ann, collect('ann123'));
    chat.do(ann, login('bob123'));
    expect(chat.textsInFlight(ann)).toEqual(['one']);
    chat.do(ann, delivered(1));
    expect(chat.machine.counts().messages).toBe(0);
  });
});

describe('delivery', () => {
  it('is a watermark: everything up to it is delivered, and nothing behind it', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    for (const text of ['1', '2', '3']) chat.do(ann, send('ann', text));
    expect(chat.do(ann, delivered(2))).toEqual({ kind: 'noted' });
    chat.do(ann, delivered(1));
    expect(chat.textsInFlight(ann)).toEqual(['3']);
    expect(chat.machine.counts().messages).toBe(1);
  });

  it('is passed over on a connection that is not known', () => {
    const chat = new Chat();
    expect(chat.do(chat.seat(), delivered(7))).toEqual({ kind: 'noted' });
  });

  it('puts what was not delivered back before what was kept meanwhile, when the connection ends', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    const ann = chat.person('ann');
    for (const text of ['1', '2', '3']) chat.do(bob, send('ann', text));
    chat.do(ann, delivered(1));
    chat.do(ann, logout);
    chat.do(bob, send('ann', '4'));
    expect(textsOf(chat.do(bob, collect('ann123')))).toEqual(['2', '3', '4']);
  });

  it('puts everything back when the node of the connection ends', () => {
    const chat = new Chat();
    const bob = chat.person('bob', n1);
    const ann = chat.person('ann', n2);
    chat.do(bob, send('ann', '1'));
    chat.restart(n2);
    expect(chat.view(ann)).toBeUndefined();
    expect(chat.machine.counts().connections).toBe(1);
    expect(chat.do(bob, send('ann', '2'))).toMatchObject({ state: 'kept' });
    expect(textsOf(chat.do(bob, collect('ann123')))).toEqual(['1', '2']);
  });

  it('merges what several connections give back in the order of the messages', () => {
    const chat = new Chat();
    const bob = chat.person('bob', n1);
    chat.do(chat.person('ann', n2), logout);
    const strangers = [chat.seat(n2), chat.seat(n1), chat.seat(n2)];
    for (const [at, stranger] of strangers.entries()) {
      chat.do(bob, send('ann', String(at)));
      chat.do(stranger, collect('ann123'));
    }
    chat.restart(n2);
    chat.do(strangers[1]!, logout);
    expect(textsOf(chat.do(bob, collect('ann123')))).toEqual(['0', '1', '2']);
  });

  it('gives the view what lies behind an ordinal, as many as asked for', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    for (let i = 1; i <= 200; i++) {
      chat.do(ann, send('ann', String(i)));
      if (i > 50) chat.do(ann, delivered(i - 50));
    }
    const some = chat.view(ann)?.inFlightAfter(160, 3) ?? [];
    expect(some.map((it) => [it.ordinal, it.message.text])).toEqual([
      [161, '161'],
      [162, '162'],
      [163, '163'],
    ]);
    expect(chat.view(ann)?.inFlightAfter(200, 10)).toEqual([]);
    expect(chat.view(ann)?.inFlightAfter(0, 1)[0]?.ordinal).toBe(151);
  });
});
