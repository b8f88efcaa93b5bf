/** Brands for what must not be mixed. Each is made in one place, here. */

declare const nodeIdBrand: unique symbol;
declare const submissionIdBrand: unique symbol;
declare const readIdBrand: unique symbol;

/** The name of a node, as in the configuration: `n1`. */
export type NodeId = string & { readonly [nodeIdBrand]: true };
/** One submitted command, counted by the node that submitted it, for as long as its process lives. */
export type SubmissionId = number & { readonly [submissionIdBrand]: true };
/** One request for a linearizable read, counted likewise. Never used twice. */
export type ReadId = number & { readonly [readIdBrand]: true };

export const nodeId = (name: string): NodeId => name as NodeId;
export const submissionId = (n: number): SubmissionId => n as SubmissionId;
export const readId = (n: number): ReadId => n as ReadId;
