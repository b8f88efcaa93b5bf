import { describe, expect, it } from 'vitest';
import { ChatMachine } from '../../src/chat/chat-machine.ts';
import { encodeCommand } from '../../src/chat/commands/command-codec.ts';
import { connectionNumber } from '../../src/chat/ids.ts';
import { recomputeHash } from '../../src/chat/state/recompute-hash.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';
import { Chat, create, delivered, hello, login, logout, lyingIn, n1, n2, remove, send } from './harness.ts';

describe('the chat machine', () => {
  it('passes over a command of an incarnation that is not current', () => {
    const chat = new Chat();
    const body = encodeCommand({ connection: connectionNumber(1), request: null, body: create('ann') });
    const before = chat.machine.stateHash();
    for (const incarnation of [0, 2]) {
      const result = chat.machine.apply({
        index: 1,
        node: n1,
        incarnation,
        clusterTimeMs: 0,
        ...lyingIn(body),
      });
      expect(result).toEqual({ kind: 'noted' });
    }
    chat.machine.apply({ index: 1, node: nodeId('n9'), incarnation: 1, clusterTimeMs: 0, ...lyingIn(body) });
    expect(chat.machine.stateHash()).toBe(before);
  });

  it('takes an incarnation once, and never an older one', () => {
    const chat = new Chat();
    chat.restart(n1);
    const ann = chat.person('ann');
    for (const incarnation of [1, 2]) {
      chat.machine.incarnationChanged({ index: 9, node: n1, incarnation, clusterTimeMs: 0 });
    }
    expect(chat.view(ann)?.account?.name).toBe('ann');
  });

  it('answers unreadable to bytes that it cannot read, and changes nothing', () => {
    const chat = new Chat();
    const before = chat.machine.stateHash();
    const body = Uint8Array.of(99, 1, 2, 3);
    const result = chat.machine.apply({
      index: 1,
      node: n1,
      incarnation: 1,
      clusterTimeMs: 0,
      ...lyingIn(body),
    });
    expect(result).toEqual({ kind: 'unreadable' });
    expect(chat.machine.stateHash()).toBe(before);
  });

  it('refuses everything that needs room when it was founded with bytes that it cannot read', () => {
    const machine = new ChatMachine();
    machine.genesis(Uint8Array.of(7));
    machine.incarnationChanged({ index: 1, node: n1, incarnation: 1, clusterTimeMs: 0 });
    const body = encodeCommand({ connection: connectionNumber(1), request: null, body: create('ann') });
    expect(machine.apply({ index: 2, node: n1, incarnation: 1, clusterTimeMs: 0, ...lyingIn(body) })).toEqual(
      {
        kind: 'full',
        what: 'accounts',
        limit: 0,
      },
    );
  });

  it('has a hash of sixteen hex digits that depends on everything', () => {
    const chat = new Chat();
    const seen = new Set([new Chat({ accounts: 7 }).machine.stateHash()]);
    const expectNew = () => {
      const hash = chat.machine.stateHash();
      expect(hash).toMatch(/^[0-9a-f]{16}$/);
      expect(chat.machine.recomputeHash()).toBe(hash);
      expect(seen).not.toContain(hash);
      seen.add(hash);
    };
    expectNew();
    const ann = chat.person('ann');
    expectNew();
    chat.do(ann, send('ann', 'x'));
    expectNew();
    chat.do(ann, delivered(1));
    expectNew();
    chat.do(ann, logout);
    expectNew();
    chat.do(ann, hello('k'));
    expectNew();
    chat.ask(ann, 1, login('ann123'));
    expectNew();
    chat.ask(ann, 2, remove('ann123'));
    expectNew();
    chat.restart(n2);
    expectNew();
  });

  it('has a hash that tells which client was used last, as that decides which one is forgotten', () => {
    const hashAfter = (...order: readonly number[]) => {
      const chat = new Chat();
      for (const number of order) chat.do({ node: n1, number }, hello(`k${number}`));
      return chat.machine.stateHash();
    };
    expect(hashAfter(1, 2)).toBe(hashAfter(1, 2));
    expect(hashAfter(1, 2)).not.toBe(hashAfter(2, 1));
  });

  it('names the connections whose view may have changed, once', () => {
    const chat = new Chat();
    const ann = chat.person('ann', n1);
    const bob = chat.person('bob', n2);
    expect(chat.machine.takeTouched(n1)).toEqual([ann.number]);
    expect(chat.machine.takeTouched(n1)).toEqual([]);
    chat.do(bob, send('ann', 'x'));
    expect(chat.machine.takeTouched(n1)).toEqual([ann.number]);
    const elsewhere = chat.seat(n2);
    chat.do(elsewhere, login('ann123'));
    expect(chat.machine.takeTouched(n1)).toEqual([ann.number]);
    expect(chat.machine.takeTouched(n2)).toEqual([bob.number, elsewhere.number]);
    expect(chat.machine.takeTouched(nodeId('n9'))).toEqual([]);
  });

  it('does not name connections that are over', () => {
    const chat = new Chat();
    chat.do(chat.person('ann', n1), logout);
    chat.person('bob', n2);
    chat.restart(n2);
    expect(chat.machine.takeTouched(n1)).toEqual([]);
    expect(chat.machine.takeTouched(n2)).toEqual([]);
  });

  it('counts accounts, messages, connections and clients', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    chat.do(ann, send('ann', 'x'));
    chat.program('k');
    expect(chat.machine.counts()).toEqual({ accounts: 1, messages: 1, connections: 2, clients: 1 });
  });

  it('can be frozen: the frozen state stays as it was while commands are applied', () => {
    const chat = new Chat();
    const ann = chat.person('ann');
    const bot = chat.program('k');
    chat.ask(bot, 1, create('bot'));
    chat.do(ann, send('bot', '1'));
    chat.do(ann, send('ann', '2'));
    const hash = chat.machine.stateHash();
    const frozen = chat.machine.freeze();
    chat.do(ann, send('bot', '3'));
    chat.do(ann, delivered(1));
    chat.do(bot, hello('k', 2));
    chat.do(bot, logout);
    chat.do(ann, remove('ann123'));
    chat.person('carl');
    expect(recomputeHash(frozen)).toBe(hash);
    expect(chat.machine.recomputeHash()).toBe(chat.machine.stateHash());
  });
});
