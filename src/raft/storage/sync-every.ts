/** A file that grows is made durable after every so many bytes: one sync of all of them would hold up the log's for long. */
export const SYNC_EVERY_BYTES = 4 * 1024 * 1024;
