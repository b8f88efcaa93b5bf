import { describe, expect, it } from 'vitest';
import { ChatMachine } from '../../src/chat/chat-machine.ts';
import { RULES, type Rules } from '../../src/chat/commands/rules.ts';
import { Chat, send } from './harness.ts';
import { copyOf } from './snapshot/carry.ts';

/** A next version, in which nobody is sent anything. */
const silent: Rules = (state, from, command) =>
  command.body.kind === 'send'
    ? { result: { kind: 'no-recipient', to: command.body.to }, changes: [] }
    : RULES[0]!(state, from, command);

const rules = [...RULES, silent];
const twoVersions = (): Chat => new Chat({}, new ChatMachine({ rules }));

describe("the version of the chat's rules", () => {
  it('decides what a command comes to, from the place in the log where it changes', () => {
    const chat = twoVersions();
    const ann = chat.person('ann');
    expect(chat.do(ann, send('ann', 'x')).kind).toBe('sent');
    chat.machine.behaviourChanged(2);
    expect(chat.do(ann, send('ann', 'x'))).toEqual({ kind: 'no-recipient', to: 'ann' });
  });

  it('is part of the state, of its hash and of its snapshot', () => {
    const [before, after] = [twoVersions(), twoVersions()];
    after.machine.behaviourChanged(2);
    expect(after.machine.stateHash()).not.toBe(before.machine.stateHash());
    expect(after.machine.recomputeHash()).toBe(after.machine.stateHash());
    const ann = after.person('ann');
    const copy = after.with(copyOf(after.machine, rules));
    expect(copy.machine.stateHash()).toBe(after.machine.stateHash());
    expect(copy.do(ann, send('ann', 'x')).kind).toBe('no-recipient');
  });

  it('never falls, and is the same for a program that knows more versions than are in use', () => {
    const [older, newer] = [new Chat(), twoVersions()];
    expect(newer.machine.stateHash()).toBe(older.machine.stateHash());
    newer.machine.behaviourChanged(2);
    const hash = newer.machine.stateHash();
    newer.machine.behaviourChanged(1);
    newer.machine.behaviourChanged(2);
    expect(newer.machine.stateHash()).toBe(hash);
  });

  it('cannot become one that this program does not have: it must stop rather than go by other rules', () => {
    const chat = new Chat();
    expect(chat.machine.newestBehaviour).toBe(RULES.length);
    const hash = chat.machine.stateHash();
    expect(() => chat.machine.behaviourChanged(RULES.length + 1)).toThrowError(
      'start this node with a newer program',
    );
    expect(chat.machine.stateHash()).toBe(hash);
  });
});
