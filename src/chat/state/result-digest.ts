import type { BareResult, ChatResult } from '../commands/result.ts';
import type { FactDigest } from './state-hash.ts';

/** Mixes a remembered result into a fact. The messages of a collected one are none of it: they are held, and that is a fact itself. */
export function mixResult(into: FactDigest, result: ChatResult): FactDigest {
  into.text(result.kind);
  switch (result.kind) {
    case 'created':
    case 'name-taken':
    case 'logged-in':
      return into.text(result.name);
    case 'not-recognized':
    case 'no-account':
      return into.text(result.id);
    case 'sent':
      into.whole(result.id).whole(result.wallTimeMs).text(result.sender).text(result.recipient);
      return into.text(result.state);
    case 'no-recipient':
      return into.text(result.to);
    case 'mailbox-full':
      return into.text(result.recipient).whole(result.limit);
    case 'collected':
      return into.text(result.id).whole(result.upTo);
    case 'full':
      return into.text(result.what).whole(result.limit);
    case 'below-floor':
      return into.whole(result.floor);
    case 'too-many-outstanding':
      return into.whole(result.limit);
    default:
      result satisfies BareResult;
      return into;
  }
}
