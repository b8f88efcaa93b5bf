/** A node as a client sees it: a name for people and where its pipe service listens. */
export interface ClientNode {
  /** `n1`; only shown, and compared with the names in `!leader|n2`. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
}
