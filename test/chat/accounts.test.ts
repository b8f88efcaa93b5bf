import { describe, expect, it } from 'vitest';
import {
  Chat,
  checkedLogin,
  collect,
  create,
  delivered,
  login,
  logout,
  n2,
  remove,
  send,
  textsOf,
} from './harness.ts';

describe('creating an account', () => {
  it('logs the connection in', () => {
    const chat = new Chat();
    const seat = chat.seat();
    expect(chat.do(seat, create('Mason'))).toEqual({ kind: 'created', name: 'Mason' });
    expect(chat.view(seat)?.account).toEqual({ index: 1, name: 'Mason' });
  });

  it('refuses a name that is taken, without regard to case', () => {
    const chat = new Chat();
    chat.person('Mason');
    expect(chat.do(chat.seat(), create('mASON'))).toEqual({ kind: 'name-taken', name: 'mASON' });
  });

  it("refuses a name that is somebody's ID", () => {
    const chat = new Chat();
    chat.person('mason');
    expect(chat.do(chat.seat(), create('Mason123')).kind).toBe('name-taken');
  });

  it("refuses a name whose own ID is somebody's name", () => {
    const chat = new Chat();
    chat.person('mason123');
    expect(chat.do(chat.seat(), create('MASON')).kind).toBe('name-taken');
    expect(chat.do(chat.seat(), create('mason12')).kind).toBe('created');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'takes %s as an ordinary name',
    (name) => {
      const chat = new Chat();
      const sender = chat.person('ann');
      expect(chat.do(sender, send(name, 'hi'))).toEqual({ kind: 'no-recipient', to: name });
      expect(chat.do(chat.seat(), login(`${name}123`)).kind).toBe('not-recognized');
      const seat = chat.person(name);
      expect(chat.do(sender, send(name, 'hi'))).toMatchObject({ kind: 'sent', recipient: name });
      expect(chat.textsInFlight(seat)).toEqual(['hi']);
      expect(chat.do(chat.seat(), create(name)).kind).toBe('name-taken');
    },
  );

  it('switches on a logged-in connection, and leaves the other account offline', () => {
    const chat = new Chat();
    const seat = chat.person('ann');
    const bob = chat.person('bob');
    chat.do(bob, send('ann', 'one'));
    chat.do(seat, create('carl'));
    expect(chat.view(seat)).toMatchObject({ account: { name: 'carl' }, loggedOutBecause: null });
    expect(chat.textsInFlight(seat)).toEqual([]);
    expect(chat.do(bob, send('ann', 'two'))).toMatchObject({ state: 'kept' });
    expect(textsOf(chat.do(bob, collect('ann123')))).toEqual(['one', 'two']);
  });

  it('is refused when the cluster has as many accounts as its limit allows, until one is deleted', () => {
    const chat = new Chat({ accounts: 1 });
    const ann = chat.person('ann');
    expect(chat.do(chat.seat(), create('bob'))).toEqual({ kind: 'full', what: 'accounts', limit: 1 });
    chat.do(ann, remove('ann123'));
    expect(chat.do(chat.seat(), create('bob')).kind).toBe('created');
  });

  it('lists names in order of creation, as they were made, and without the deleted', () => {
    const chat = new Chat();
    chat.person('Wayne');
    const gone = chat.person('gone');
    chat.person('ann');
    const before = chat.machine.freezeNames();
    chat.do(gone, remove('gone123'));
    chat.person('Gone');
    expect(chat.names()).toEqual(['Wayne', 'ann', 'Gone']);
    expect([before.length, before.at(0), before.at(1), before.at(2), before.at(3)]).toEqual([
      3,
      'Wayne',
      'gone',
      'ann',
      undefined,
    ]);
  });
});

describe('logging in', () => {
  it('finds the account by its ID only, without regard to case', () => {
    const chat = new Chat();
    chat.do(chat.person('Mason'), logout);
    const seat = chat.seat();
    expect(chat.do(seat, login('mason'))).toEqual({ kind: 'not-recognized', id: 'mason' });
    expect(chat.view(seat)).toBeUndefined();
    expect(chat.do(seat, login('MASON123'))).toEqual({ kind: 'logged-in', name: 'Mason' });
    expect(chat.view(seat)?.account?.name).toBe('Mason');
  });

  it('does not know letters that only look like ASCII ones', () => {
    const chat = new Chat();
    chat.person('kim');
    expect(chat.do(chat.seat(), login('\u212Aim123')).kind).toBe('not-recognized');
  });

  it('takes an open account whatever password is given with it', () => {
    const chat = new Chat();
    chat.person('ann');
    expect(chat.do(chat.seat(), checkedLogin(chat, 'ann123', false)).kind).toBe('logged-in');
  });

  it('takes an account with a password only with a proof of it', () => {
    const chat = new Chat();
    chat.person('ann', n2, 'hash');
    const seat = chat.seat();
    expect(chat.do(seat, login('ann123')).kind).toBe('check-again');
    expect(chat.do(seat, checkedLogin(chat, 'ann123', false))).toEqual({
      kind: 'not-recognized',
      id: 'ann123',
    });
    expect(chat.view(seat)).toBeUndefined();
    expect(chat.do(seat, checkedLogin(chat, 'ann123', true)).kind).toBe('logged-in');
  });

  it('asks for another check when the proof is of the deleted account that had the name before', () => {
    const chat = new Chat();
    const old = chat.person('ann', n2, 'hash');
    const proof = checkedLogin(chat, 'ann123', true);
    chat.do(old, remove('ann123'));
    chat.person('ann', n2, 'other hash');
    expect(chat.do(chat.seat(), proof)).toEqual({ kind: 'check-again' });
  });

  it('takes over from the older connection, which is told why and stays', () => {
    const chat = new Chat();
    const older = chat.person('ann');
    const newer = chat.seat(n2);
    chat.do(newer, login('ann123'));
    expect(chat.view(older)).toMatchObject({ account: null, loggedOutBecause: 'elsewhere', client: 'none' });
    expect(chat.view(newer)?.account?.name).toBe('ann');
    expect(chat.do(older, send('ann', 'x'))).toEqual({ kind: 'not-logged-in' });
    expect(chat.do(older, create('bob')).kind).toBe('created');
    expect(chat.view(older)).toMatchObject({ account: { name: 'bob' }, loggedOutBecause: null });
  });

  it('returns what the older connection had not been delivered to the mailbox, in its old order', () => {
    const chat = new Chat();
    const older = chat.person('ann');
    const bob = chat.person('bob');
    for (const text of ['one', 'two', 'three']) chat.do(bob, send('ann', text));
    chat.do(older, delivered(1));
    const newer = chat.seat();
    chat.do(newer, login('ann123'));
    chat.do(bob, send('ann', 'four'));
    expect(chat.textsInFlight(older)).toEqual([]);
    expect(chat.textsInFlight(newer)).toEqual(['four']);
    expect(textsOf(chat.do(newer, collect('ann123')))).toEqual(['two', 'three']);
  });

  it('changes nothing when the same connection is logged in as the account already', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(ann, send('ann', 'to myself'));
    const before = chat.machine.stateHash();
    expect(chat.do(ann, login('ann123'))).toEqual({ kind: 'logged-in', name: 'ann' });
    expect(chat.machine.stateHash()).toBe(before);
    expect(chat.textsInFlight(ann)).toEqual(['to myself']);
  });
});

describe('deleting an account', () => {
  it('answers that there is no such ID', () => {
    const chat = new Chat();
    expect(chat.do(chat.seat(), remove('ann'))).toEqual({ kind: 'no-account', id: 'ann' });
    chat.person('ann');
    expect(chat.do(chat.seat(), remove('ann')).kind).toBe('no-account');
  });

  it('works for whoever knows the ID of an open account, and tells who was logged in', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const other = chat.seat();
    expect(chat.do(other, remove('ANN123'))).toEqual({ kind: 'deleted' });
    expect(chat.view(ann)).toMatchObject({ account: null, loggedOutBecause: 'deleted' });
    expect(chat.view(other)).toBeUndefined();
    expect(chat.do(ann, send('ann', 'x')).kind).toBe('not-logged-in');
  });

  it('logs its own connection out without a reason', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(ann, remove('ann123'));
    expect(chat.view(ann)).toMatchObject({ account: null, loggedOutBecause: null });
  });

  it('needs the login of an account with a password', () => {
    const chat = new Chat();
    const ann = chat.person('ann', n2, 'hash');
    expect(chat.do(chat.person('bob'), remove('ann123'))).toEqual({ kind: 'login-first' });
    expect(chat.do(ann, remove('ann123')).kind).toBe('deleted');
  });

  it('is refused while the mailbox is not empty', () => {
    const chat = new Chat();
    const bob = chat.person('bob');
    chat.do(chat.person('ann'), logout);
    chat.do(bob, send('ann', 'hi'));
    expect(chat.do(bob, remove('ann123'))).toEqual({ kind: 'mailbox-not-empty' });
  });

  it('counts mail in flight to the asking connection as read, pushed or collected', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const bob = chat.person('bob');
    chat.do(bob, send('ann', 'pushed'));
    chat.do(ann, logout);
    chat.do(ann, login('ann123'));
    chat.do(bob, send('ann', 'pushed too'));
    chat.do(ann, collect('ann123'));
    expect(chat.textsInFlight(ann)).toEqual(['pushed too', 'pushed']);
    expect(chat.do(ann, remove('ann123')).kind).toBe('deleted');
    expect(chat.inFlight(ann)).toEqual([]);
    expect(chat.machine.counts().messages).toBe(0);
  });

  it('is refused while mail is in flight to another connection', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const bob = chat.person('bob');
    chat.do(bob, send('ann', 'hi'));
    expect(chat.do(bob, remove('ann123')).kind).toBe('mailbox-not-empty');
    chat.do(ann, delivered(1));
    expect(chat.do(bob, remove('ann123')).kind).toBe('deleted');
  });

  it('frees the name for an account that has nothing of the old one', () => {
    const chat = new Chat();
    const old = chat.person('ann', n2, 'hash');
    const bob = chat.person('bob');
    chat.do(bob, send('ann', 'secret'));
    chat.do(old, remove('ann123'));
    const next = chat.person('Ann');
    expect(chat.view(next)?.account).toEqual({ index: 3, name: 'Ann' });
    expect(chat.inFlight(next)).toEqual([]);
    expect(chat.do(next, collect('ann123')).kind).toBe('nothing-kept');
    expect(chat.machine.credentialById('ANN123')).toEqual({
      account: 3,
      credentialVersion: 1,
      passwordHash: null,
    });
  });

  it('no longer stands in the way of the name whose ID its name was', () => {
    const chat = new Chat();
    const ann = chat.person('ann123');
    chat.do(ann, remove('ann123123'));
    expect(chat.do(ann, create('ann')).kind).toBe('created');
  });
});
