import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrivenClient, clientOptions } from './driven-client.ts';
import type { Mood } from './fake-cluster.ts';
import { FakeCluster } from './fake-cluster.ts';

type Step =
  | { readonly kind: 'send' }
  | { readonly kind: 'login'; readonly id: string }
  | { readonly kind: 'give'; readonly id: string }
  | { readonly kind: 'to-node'; readonly characters: number }
  | { readonly kind: 'to-client'; readonly characters: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'abandoned'; readonly how: 'arrives' | 'is lost' }
  | { readonly kind: 'kill'; readonly node: string }
  | { readonly kind: 'revive'; readonly node: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'mood'; readonly mood: Mood }
  | { readonly kind: 'restart' };

const account = fc.constantFrom('ann123', 'bob123');
const node = fc.constantFrom('n1', 'n2', 'n3');
const characters = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(10_000));

const mishaps: fc.Arbitrary<Step>[] = [
  fc.constant<Step>({ kind: 'cut' }),
  fc.record({ kind: fc.constant('kill' as const), node }),
  fc.record({ kind: fc.constant('revive' as const), node }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 8_000 }) }),
  fc.record({
    kind: fc.constant('abandoned' as const),
    how: fc.constantFrom('arrives' as const, 'is lost' as const),
  }),
];

const traffic: fc.Arbitrary<Step>[] = [
  fc.constant<Step>({ kind: 'send' }),
  fc.record({ kind: fc.constant('give' as const), id: account }),
  fc.record({ kind: fc.constant('to-node' as const), characters }),
  fc.record({ kind: fc.constant('to-client' as const), characters }),
];

const logins = fc.record({ kind: fc.constant('login' as const), id: account });
const restarts = fc.constant<Step>({ kind: 'restart' });
const moods = fc.record({
  kind: fc.constant('mood' as const),
  mood: fc.constantFrom<Mood>('unavailable', 'busy', 'unknown, not done', 'unknown, done', 'mute'),
});

/** Traffic is likelier than mishaps, so that something is on its way when they come. */
const steps = (more: readonly fc.Arbitrary<Step>[]): fc.Arbitrary<readonly Step[]> =>
  fc.array(fc.oneof(...traffic, ...traffic, ...mishaps, ...more), { maxLength: 120, size: 'max' });

interface Run {
  readonly cluster: FakeCluster;
  readonly client: DrivenClient;
  /** What should have taken effect, in order. */
  readonly sent: readonly string[];
}

function run(schedule: readonly Step[], maxInFlight: number): Run {
  const cluster = new FakeCluster();
  const client = new DrivenClient(
    cluster,
    clientOptions({ maxInFlight, helloAfterReplies: 3, ackAfterMessages: 3 }),
  );
  const sent: string[] = [];
  let login = 'ann123';
  let texts = 0;
  client.command(`0|${login}`);
  for (const step of schedule) {
    switch (step.kind) {
      case 'send':
        sent.push(`${login}: text ${texts}`);
        client.command(`3|zoe|text ${texts++}`);
        break;
      case 'login':
        login = step.id;
        client.command(`0|${login}`);
        break;
      case 'give':
        cluster.give(step.id, `gift ${cluster.given.length}`);
        break;
      case 'to-node':
        client.deliverToNode(step.characters);
        break;
      case 'to-client':
        client.deliverToClient(step.characters);
        break;
      case 'cut':
        client.cut();
        break;
      case 'abandoned':
        client.settleAbandoned(step.how);
        break;
      case 'kill':
        client.kill(step.node);
        break;
      case 'revive':
        client.down.delete(step.node);
        break;
      case 'wait':
        client.tick(step.ms);
        break;
      case 'mood':
        cluster.moods.push(step.mood);
        break;
      case 'restart':
        client.restart();
        break;
      default:
        step satisfies never;
    }
  }
  client.heal();
  // Whatever was kept for either account is shown once it is logged in to.
  for (const id of ['ann123', 'bob123']) {
    client.command(`0|${id}`);
    client.heal();
  }
  return { cluster, client, sent };
}

function expectEachMessageShownOnce({ client, cluster }: Run): void {
  expect(client.shown.toSorted()).toEqual(cluster.given.toSorted());
}

describe('a client among nodes that come and go', () => {
  it('has every command take effect once and in order, answers each once, and shows each message once', () => {
    fc.assert(
      fc.property(steps([]), (schedule) => {
        const outcome = run(schedule, 256);
        expect(outcome.cluster.sends).toEqual(outcome.sent);
        const tickets = outcome.client.replies.map(({ ticket }) => ticket);
        expect(new Set(tickets).size).toBe(tickets.length);
        expect(outcome.client.replies.every(({ code }) => code === 'ok')).toBe(true);
        expectEachMessageShownOnce(outcome);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps all of that when it changes accounts while messages come for both', () => {
    fc.assert(
      fc.property(steps([logins]), (schedule) => {
        const outcome = run(schedule, 256);
        expect(outcome.cluster.sends).toEqual(outcome.sent);
        expectEachMessageShownOnce(outcome);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the order even through refusals for now when one command is in flight at a time', () => {
    fc.assert(
      fc.property(steps([moods, logins]), (schedule) => {
        const outcome = run(schedule, 1);
        expect(outcome.cluster.sends).toEqual(outcome.sent);
        expectEachMessageShownOnce(outcome);
      }),
      { numRuns: 150 },
    );
  });

  it('has every command take effect once, for the right account, whatever is refused for now while many are in flight', () => {
    fc.assert(
      fc.property(steps([moods, logins]), (schedule) => {
        const outcome = run(schedule, 256);
        expect(outcome.cluster.sends.toSorted()).toEqual(outcome.sent.toSorted());
        expectEachMessageShownOnce(outcome);
      }),
      { numRuns: 150 },
    );
  });

  it('loses and doubles nothing when the program is restarted with its saved state', () => {
    fc.assert(
      fc.property(steps([restarts, logins]), (schedule) => {
        const outcome = run(schedule, 256);
        expect(outcome.cluster.sends).toEqual(outcome.sent);
        expectEachMessageShownOnce(outcome);
      }),
      { numRuns: 150 },
    );
  });
});
