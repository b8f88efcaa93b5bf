import type { ClientOptions } from '../client.ts';
import type { Audience } from './conversation.ts';
import { presentReply } from './present.ts';
import { StatusTeller } from './status-teller.ts';

/** A change of node is mostly over before anybody wonders. */
const WONDER_AFTER_MS = 1_500;

/** What a client tells of its own accord, in words for an audience. Messages are for the audience to lay out. */
export function clientNews(
  audience: Pick<Audience, 'print' | 'whisper'>,
): Pick<ClientOptions, 'onStatus' | 'onNotice' | 'onExpired' | 'onLateReply'> {
  const teller = new StatusTeller();
  let wonder: NodeJS.Timeout | undefined;
  const say = (line: string | null): void => {
    if (line !== null) audience.whisper(line);
  };
  return {
    onStatus(status) {
      say(teller.tell(status));
      if (status.kind === 'connecting') return;
      clearTimeout(wonder);
      if (status.kind === 'lost') wonder = setTimeout(() => say(teller.stillLooking()), WONDER_AFTER_MS);
    },
    onNotice(name, why) {
      if (name !== 'logged-out') return;
      audience.whisper(
        why === 'deleted'
          ? 'you have been logged out: the account has been deleted'
          : 'you have been logged out: the account logged in elsewhere',
      );
    },
    onExpired({ uncertain, wasLoggedInAs }) {
      const lost =
        uncertain.length === 0
          ? 'nothing of yours was under way'
          : `of ${uncertain.length} commands nobody can tell`;
      const again = wasLoggedInAs === null ? '' : `; log in again: /login ${wasLoggedInAs}`;
      audience.whisper(`the cluster has forgotten this client, ${lost}${again}`);
    },
    onLateReply(reply) {
      audience.print(presentReply(reply));
    },
  };
}
