import type { NodeMessage } from './node-message.ts';

/** The channel to the process that started this node; there is none if it was started by hand. */
export interface ParentChannel {
  /** Resolves when the message is on its way, or when nobody is there to read it. */
  tell(message: NodeMessage): Promise<void>;
  /** Calls back when the parent has ended, however it did. */
  onParentGone(callback: () => void): void;
}

/** @returns null if this process has no channel to a parent. */
export function openParentChannel(): ParentChannel | null {
  if (process.send === undefined) return null;
  return {
    tell: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) resolve();
        else process.send(message, undefined, {}, () => resolve());
      }),
    onParentGone: (callback) => {
      if (process.connected) process.once('disconnect', callback);
      else callback();
    },
  };
}
