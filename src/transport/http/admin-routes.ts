import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AdminAnswer, AdminWish } from '../../raft/driver/admin.ts';
import { NewMemberBody, NodeName, NothingBody, TransferBody, explainBody } from './admin-bodies.ts';
import { whyNotAllowed } from './admin-guard.ts';
import type { AdminReply, AdminSource } from './admin-source.ts';

/** Shorter than a connection may be silent. A change that a majority has not taken by then may still come about. */
const ANSWER_WITHIN_MS = 8_000;

const STATUS: Readonly<Record<AdminReply['code'], number>> = {
  done: 200,
  refused: 409,
  'not-leader': 307,
  'no-leader': 503,
  unknown: 504,
  'not-allowed': 403,
  'bad-request': 400,
};

/**
 * Adds what an operator may ask of a node: `POST /members`, `DELETE /members/:id`, `POST /members/:id/replace`, `POST /transfer`,
 * `POST /upgrade`, `POST /snapshot`; and `GET /settings` for a node that joins.
 */
export function addAdminRoutes(app: FastifyInstance, source: AdminSource): void {
  const desk = new AdminDesk(source);
  app.get('/settings', () => source.settings());
  app.post('/members', (request, reply) =>
    desk.take(request, reply, NewMemberBody, (member) => ({ kind: 'add-member', member })),
  );
  app.delete<{ Params: { id: string } }>('/members/:id', (request, reply) =>
    desk.takeNamed(request, reply, NothingBody, (id) => ({ kind: 'remove-member', id })),
  );
  app.post<{ Params: { id: string } }>('/members/:id/replace', (request, reply) =>
    desk.takeNamed(request, reply, NewMemberBody, (old, member) => ({ kind: 'replace-member', old, member })),
  );
  app.post('/transfer', (request, reply) =>
    desk.take(request, reply, TransferBody, ({ to }) => ({ kind: 'transfer', to })),
  );
  app.post('/upgrade', (request, reply) =>
    desk.take(request, reply, NothingBody, () => ({ kind: 'raise-version' })),
  );
  app.post('/snapshot', (request, reply) =>
    desk.take(request, reply, NothingBody, () => ({ kind: 'take-snapshot' })),
  );
}

/** Checks who asks and what, brings it to the node, and puts the answer into words of HTTP. */
class AdminDesk {
  readonly #source: AdminSource;

  constructor(source: AdminSource) {
    this.#source = source;
  }

  async take<Body>(
    request: FastifyRequest,
    reply: FastifyReply,
    schema: z.ZodType<Body>,
    wishOf: (body: Body) => AdminWish,
  ): Promise<void> {
    const forbidden = whyNotAllowed(request);
    if (forbidden !== null) return send(reply, { code: 'not-allowed', message: forbidden });
    const body = schema.safeParse(request.body ?? {});
    if (!body.success) {
      const message = `The request cannot be understood: ${explainBody(body.error)}.`;
      return send(reply, { code: 'bad-request', message });
    }
    const answer = await this.#ask(wishOf(body.data));
    return send(reply, answer === 'none' ? UNKNOWN : this.#replyTo(answer));
  }

  /** The same for a path that names a node. */
  takeNamed<Body>(
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    schema: z.ZodType<Body>,
    wishOf: (id: z.output<typeof NodeName>, body: Body) => AdminWish,
  ): Promise<void> {
    const id = NodeName.safeParse(request.params.id);
    if (id.success) return this.take(request, reply, schema, (body) => wishOf(id.data, body));
    const message = `The node in the path ${explainBody(id.error)}.`;
    return Promise.resolve(send(reply, { code: 'bad-request', message }));
  }

  #ask(wish: AdminWish): Promise<AdminAnswer | 'none'> {
    return new Promise((resolve) => {
      const patience = setTimeout(() => resolve('none'), ANSWER_WITHIN_MS);
      this.#source.administer(wish, (answer) => {
        clearTimeout(patience);
        resolve(answer);
      });
    });
  }

  #replyTo(answer: AdminAnswer): AdminReply {
    switch (answer.kind) {
      case 'done':
        return { code: 'done', message: answer.what };
      case 'refused':
        return { code: 'refused', message: answer.why };
      case 'not-leader':
        return this.#whoLeads(answer.leader);
      default:
        return answer satisfies never;
    }
  }

  #whoLeads(leader: string | null): AdminReply {
    if (leader === null) {
      const message = 'Nothing was done: no node leads at the moment. Try again when there is a leader.';
      return { code: 'no-leader', message };
    }
    const http = this.#source.httpOf(leader);
    if (http === null) {
      const message = `Nothing was done: only the leader can, ${leader}, and where its HTTP listens is not known here. Ask it itself.`;
      return { code: 'no-leader', message };
    }
    return { code: 'not-leader', message: `Only the leader can: ${leader}, at ${http}.`, leader, http };
  }
}

const UNKNOWN: AdminReply = {
  code: 'unknown',
  message: `No majority has agreed within ${ANSWER_WITHIN_MS / 1_000} s. It may still be done: look before you ask again.`,
};

function send(reply: FastifyReply, answer: AdminReply): void {
  if (answer.code === 'not-leader') reply.header('location', `http://${answer.http}${reply.request.url}`);
  void reply.code(STATUS[answer.code]).send(answer);
}
