import { describe, expect, it } from 'vitest';
import { ShownMessages } from '../../src/client/shown-messages.ts';

/** Logged in as w2, and on the way to be logged in as w1. */
function between(): ShownMessages {
  const shown = new ShownMessages([], 'w2');
  shown.loginBecomesUncertain();
  return shown;
}

describe('what a client has shown', () => {
  it('is acknowledged for the login that it came for', () => {
    const shown = new ShownMessages([], null);
    shown.loginBecomesUncertain();
    shown.pushed(2, 0);
    shown.pushed(5, 0);
    expect(shown.loginSettled({ kind: 'changed', login: 'w1' }, 0)).toBe('clear');
    expect(shown.acknowledgement()).toEqual({ id: 5, covers: [2, 5] });
  });

  it('is not acknowledged for the next login if the one before ended while that was asked for', () => {
    const shown = between();
    shown.pushed(4, 0);
    shown.pushed(6, 0);
    shown.loggedOut();
    shown.pushed(2, 0);
    shown.pushed(5, 0);
    expect(shown.loginSettled({ kind: 'changed', login: 'w1' }, 0)).toBe('clear');
    const acknowledgement = shown.acknowledgement();
    expect(acknowledgement).toEqual({ id: 5, covers: [2, 5] });
    shown.acknowledged({ id: 5, covers: [2, 5] }, 0);
    expect(shown.pushed(4, 0), 'it comes again at the next login of w2').toBe('shown-before');
  });

  it('is acknowledged in no login if nobody can tell for which it came', () => {
    const shown = between();
    shown.pushed(4, 0);
    expect(shown.loginSettled({ kind: 'changed', login: 'w1' }, 0)).toBe('unclear');
    expect(shown.acknowledgement()).toBeNull();
  });
});
