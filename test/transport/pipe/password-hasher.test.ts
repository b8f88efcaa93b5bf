import { describe, expect, it } from 'vitest';
import { PasswordHasher } from '../../../src/transport/pipe/password-hasher.ts';
import type { PasswordAnswer } from '../../../src/transport/pipe/pipe-output.ts';

const hash = (hasher: PasswordHasher, password: string): Promise<PasswordAnswer> =>
  new Promise((resolve) => hasher.hash(password, resolve));
const check = (hasher: PasswordHasher, password: string, stored: string): Promise<PasswordAnswer> =>
  new Promise((resolve) => hasher.check(password, stored, resolve));

describe('passwords', () => {
  it('are stored as scrypt with their parameters, under a salt of their own', async () => {
    const hasher = new PasswordHasher();
    const [a, b] = await Promise.all([hash(hasher, 'secret'), hash(hasher, 'secret')]);
    expect(a).toMatchObject({
      kind: 'hashed',
      passwordHash: expect.stringMatching(/^\$scrypt\$ln=15,r=8,p=1\$[^$]{22}\$[^$]{43}$/),
    });
    expect(a).not.toEqual(b);
  });

  it('are told from others', async () => {
    const hasher = new PasswordHasher();
    const answer = await hash(hasher, 'sécret');
    if (answer.kind !== 'hashed') throw new Error('not hashed');
    expect(await check(hasher, 'sécret', answer.passwordHash)).toEqual({ kind: 'checked', matches: true });
    expect(await check(hasher, 'secret', answer.passwordHash)).toEqual({ kind: 'checked', matches: false });
  });

  it('are checked by the parameters of their own hash', async () => {
    const weaker = '$scrypt$ln=4,r=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA';
    expect(await check(new PasswordHasher(), 'x', weaker)).toEqual({ kind: 'checked', matches: false });
  });

  it.each(['', 'x', '$scrypt$ln=40,r=8,p=1$AAAA$AAAA', '$argon2id$v=19$AAAA$AAAA'])(
    'refuses the stored hash %j',
    async (stored) => {
      expect(await check(new PasswordHasher(), 'x', stored)).toMatchObject({ kind: 'refused' });
    },
  );

  it('too many at once are refused', async () => {
    const hasher = new PasswordHasher();
    const weak = '$scrypt$ln=4,r=1,p=1$AAAA$AAAA';
    const answers = await Promise.all(Array.from({ length: 200 }, () => check(hasher, 'x', weak)));
    const refused = answers.filter((answer) => answer.kind === 'refused');
    expect(refused.length).toBe(200 - 66);
  });
});
