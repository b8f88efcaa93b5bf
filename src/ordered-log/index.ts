export { nodeId, readId, submissionId } from './ids.ts';
export type { NodeId, ReadId, SubmissionId } from './ids.ts';
export { bodyOf } from './ordered-log.ts';
export type {
  CommittedCommand,
  Incarnation,
  IncarnationChange,
  LogListener,
  OrderedLog,
  StateMachine,
  StateRestore,
  SubmitAnswer,
} from './ordered-log.ts';
