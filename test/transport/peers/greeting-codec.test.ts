import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { decodeOpening, encodeOpening } from '../../../src/transport/peers/greeting-codec.ts';
import { judgeGreeting } from '../../../src/transport/peers/judge-greeting.ts';
import { greetingOf } from './greetings.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('greetings on the wire', () => {
  it.each([null, 'ff'.repeat(16)])('come back as they were, with the cluster %s', (clusterId) => {
    const opening = { kind: 'greeting', greeting: { ...greetingOf('n1', 'n2'), clusterId } } as const;
    expect(decodeOpening(encodeOpening(opening))).toEqual(opening);
  });

  it('of those who do not say yet what they read and where they listen are read all the same', () => {
    const { reads, address, ...early } = greetingOf('n1', 'n2');
    expect([reads, address]).toEqual([{ lowest: 1, highest: 1 }, null]);
    expect(decodeOpening(bytes({ conclave: 'greeting', ...early }))).toEqual({
      kind: 'greeting',
      greeting: greetingOf('n1', 'n2'),
    });
  });

  it('of a later version may say more than we know', () => {
    const greeting = greetingOf('n1', 'n2');
    expect(decodeOpening(bytes({ conclave: 'greeting', ...greeting, more: 1 }))).toEqual({
      kind: 'greeting',
      greeting,
    });
  });

  it('refusals come back as they were, but without a way to forge a line of a log', () => {
    expect(decodeOpening(encodeOpening({ kind: 'refusal', why: 'no\n\u001b[2J room' }))).toEqual({
      kind: 'refusal',
      why: 'no??[2J room',
    });
  });

  it.each([
    ['no JSON', new Uint8Array([1, 2, 3])],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['other JSON', bytes({ hello: 'world' })],
    [
      'a folder that is no identity',
      bytes({ conclave: 'greeting', ...greetingOf('n1', 'n2'), folderId: '../..' }),
    ],
    ['no versions', bytes({ conclave: 'greeting', ...greetingOf('n1', 'n2'), versions: null })],
  ])('%s is no greeting', (_, frame) => {
    expect(decodeOpening(frame)).toBeNull();
  });

  it('no bytes make the reader fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (frame) => {
        expect(decodeOpening(frame)).toBeNull();
      }),
    );
  });
});

describe('a greeting is judged', () => {
  const expected = {
    self: nodeId('n2'),
    from: nodeId('n1'),
    versions: { lowest: 2, highest: 3 },
  };
  const greeting = { ...greetingOf('n1', 'n2'), versions: { lowest: 1, highest: 2 } };

  it('and admitted if both mean each other and have a version in common', () => {
    expect(judgeGreeting(greeting, expected)).toEqual({ kind: 'admitted' });
  });

  it('of somebody who came in, and is in no list, by others: only they know who belongs here', () => {
    const guest = { ...greeting, from: nodeId('n9') };
    expect(judgeGreeting(guest, { ...expected, from: null })).toEqual({ kind: 'admitted' });
  });

  it.each([
    [
      'meant for another node',
      { ...greeting, to: nodeId('n3') },
      'this is node "n2", not "n3"; compare the peer addresses in the configurations',
    ],
    [
      'of another node than the one that was dialled',
      { ...greeting, from: nodeId('n9') },
      '"n9" is not expected here, but "n1"; compare the peer addresses in the configurations',
    ],
    [
      'of a node of the same name',
      { ...greeting, from: nodeId('n2') },
      'this is node "n2" itself; every node needs an id of its own',
    ],
    [
      'of a version that is too old',
      { ...greeting, versions: { lowest: 1, highest: 1 } },
      '"n1" speaks peer protocol 1 and "n2" 2 to 3; run versions that have one in common',
    ],
    [
      'of a version that is too new',
      { ...greeting, versions: { lowest: 4, highest: 6 } },
      '"n1" speaks peer protocol 4 to 6 and "n2" 2 to 3; run versions that have one in common',
    ],
  ])('and refused if it is %s', (_, unfit, why) => {
    expect(judgeGreeting(unfit, expected)).toEqual({ kind: 'refused', why });
  });
});
