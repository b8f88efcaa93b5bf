import type { MemberStatus } from '../../transport/http/node-status.ts';
import type { Painter } from '../painter.ts';
import type { NodeAnswer } from '../status/ask-node.ts';
import { alignTable } from '../table.ts';

const HEADINGS = ['ID', 'ROLE', 'STANDING', 'MATCH', 'FOLDER', 'PEER', 'CLIENT', 'HTTP', 'NOTE'];
const NUMBERS = new Set(['MATCH']);
const FOLDER_LETTERS = 8;

/** Who belongs to the cluster, as the log says, with what each says of itself. Pure. */
export function renderMembers(
  members: readonly MemberStatus[],
  answers: readonly NodeAnswer[],
  paint: Painter,
): string {
  const [head = '', ...body] = alignTable(
    HEADINGS,
    members.map((member) => cellsOf(member, answers)),
    NUMBERS,
  );
  const isDown = (place: number): boolean => upOf(members[place]?.id, answers) === undefined;
  return [paint('bold', head), ...body.map((line, place) => paint(isDown(place) ? 'red' : 'dim', line))].join(
    '\n',
  );
}

function cellsOf(member: MemberStatus, answers: readonly NodeAnswer[]): readonly string[] {
  const orDash = (text: string): string => (text === '' ? '-' : text);
  return [
    member.id,
    member.role,
    upOf(member.id, answers)?.standing ?? 'down',
    matchOf(member.id, answers),
    orDash(member.folderId.slice(0, FOLDER_LETTERS)),
    orDash(member.peer),
    orDash(member.client),
    orDash(member.http),
    notesOf(member, answers).join('; '),
  ];
}

/** How far the leader knows this member to be; its own end of the log for the leader itself. */
function matchOf(id: string, answers: readonly NodeAnswer[]): string {
  const leader = leaderOf(answers);
  if (leader === undefined) return '-';
  const match =
    leader.node === id ? leader.durableIndex : leader.peers.find((peer) => peer.id === id)?.matchIndex;
  return match === null || match === undefined ? '-' : String(match);
}

function notesOf(member: MemberStatus, answers: readonly NodeAnswer[]): readonly string[] {
  const answer = answers.find(({ node }) => node === member.id);
  return [
    ...(leaderOf(answers)?.node === member.id ? ['leads'] : []),
    ...(member.role === 'learner' && member.promote ? ['will vote once it has caught up'] : []),
    ...(member.replaces === null ? [] : [`takes the place of ${member.replaces}`]),
    ...(answer?.kind === 'down' ? [answer.why] : []),
  ];
}

function leaderOf(answers: readonly NodeAnswer[]) {
  return answers.flatMap((answer) =>
    answer.kind === 'up' && answer.status.role === 'leader' ? [answer.status] : [],
  )[0];
}

function upOf(id: string | undefined, answers: readonly NodeAnswer[]) {
  return answers.flatMap((answer) => (answer.kind === 'up' && answer.node === id ? [answer.status] : []))[0];
}
