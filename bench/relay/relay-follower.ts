import { createServer } from 'node:net';
import type { GroupLog } from './group-log.ts';
import { FRAME_HEADER_BYTES, encodeAck } from './relay-frames.ts';

/** Writes what the leader sends to its disk, and says up to where it has. */
export function startFollower(port: number, log: GroupLog): void {
  createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | null = null;
    let lastMessage = 0;
    log.onDurable = (upTo) => socket.write(encodeAck(upTo));
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      while (bytes.length - at >= FRAME_HEADER_BYTES) {
        const end = at + FRAME_HEADER_BYTES + bytes.readUInt32LE(at);
        if (end > bytes.length) break;
        lastMessage += bytes.readUInt32LE(at + 4);
        at = end;
      }
      rest = at === bytes.length ? null : bytes.subarray(at);
      if (at > 0) log.append(bytes.subarray(0, at), lastMessage);
    });
  }).listen(port, '127.0.0.1');
}
