import type { ChatState } from '../state/chat-state.ts';
import { accountWithId } from '../state/names.ts';
import type { Account } from '../state/records.ts';
import type { Login, LoginProof } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';
import { loginChanges } from './login-changes.ts';

/** `0|id|password` */
export function decideLogin(state: ChatState, from: Origin, { id, proof }: Login): Decision {
  const account = accountWithId(state, id);
  if (account === undefined) return changeNothing({ kind: 'not-recognized', id });
  const verdict = judge(account, proof);
  switch (verdict) {
    case 'refused':
      return changeNothing({ kind: 'not-recognized', id });
    case 'not-checked':
      return changeNothing({ kind: 'check-again' });
    case 'proven':
      return {
        result: { kind: 'logged-in', name: account.name },
        changes: loginChanges(state, from, account.index),
      };
    default:
      return verdict satisfies never;
  }
}

/** The node checked the password against its own replica: that counts only if it saw the credential that holds now. */
function judge(account: Readonly<Account>, proof: LoginProof): 'proven' | 'refused' | 'not-checked' {
  if (account.passwordHash === null) return 'proven';
  if (proof.kind === 'none') return 'not-checked';
  const isCurrent = proof.account === account.index && proof.credentialVersion === account.credentialVersion;
  if (!isCurrent) return 'not-checked';
  return proof.passwordMatches ? 'proven' : 'refused';
}
