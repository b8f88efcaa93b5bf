import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiskError } from '../../../src/raft/storage/disk.ts';
import type { Disk, DiskDone } from '../../../src/raft/storage/disk.ts';
import type { LogBatch } from '../../../src/raft/storage/log-store.ts';
import { NodeDisk } from '../../../src/raft/storage/node-disk.ts';
import { openLog } from '../../../src/raft/storage/open-log.ts';
import { batchOf, BEGINNING, contentsOf, entryOf, FOLDER_ID, votes } from './log-lab.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Waits for one operation, and checks that it did not answer from within the call. */
const finished = (operate: (done: DiskDone) => void): Promise<DiskError | null> =>
  new Promise((resolve, reject) => {
    let called = false;
    operate((error) => {
      if (called) resolve(error);
      else reject(new Error('it answered from within the call'));
    });
    called = true;
  });

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('a folder of the real file system', () => {
  it('is made, with those above it, and lists its files without those that were never finished', () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    const disk = new NodeDisk(folder);
    expect(disk.list()).toEqual([]);
    disk.replaceFile('two', text('2'));
    disk.replaceFile('one', text('1'));
    writeFileSync(join(folder, 'three.tmp'), '');
    expect(disk.list()).toEqual(['one', 'two']);
    expect(disk.pathOf('one')).toBe(join(folder, 'one'));
  });

  it('replaces a small file as a whole', () => {
    const disk = new NodeDisk(temporaryFolder());
    disk.replaceFile('file', text('a longer text'));
    disk.replaceFile('file', text('short'));
    expect(disk.readFile('file')).toEqual(text('short'));
  });

  it('reserves a file of zeros, and writes chunks into it at their place', async () => {
    const disk = new NodeDisk(temporaryFolder());
    expect(await finished((done) => disk.reserve('file', 3_000_000, done))).toBeNull();
    expect(
      await finished((done) => disk.write('file', 10, [text('ab'), text(''), text('cd')], done)),
    ).toBeNull();
    expect(await finished((done) => disk.sync('file', done))).toBeNull();
    const bytes = disk.readFile('file');
    expect(bytes.byteLength).toBe(3_000_000);
    expect(bytes.subarray(9, 15)).toEqual(Uint8Array.of(0, 97, 98, 99, 100, 0));
    disk.writeDurably('file', 11, text('X'));
    expect(disk.readFile('file').subarray(10, 14)).toEqual(text('aXcd'));
    await disk.close();
  });

  it('reads ranges, as much as there is, at the start and later', async () => {
    const disk = new NodeDisk(temporaryFolder());
    disk.replaceFile('file', text('0123456789'));
    const read = (offset: number, bytes: number): Promise<string | null> =>
      new Promise((resolve) =>
        disk.read('file', offset, new Uint8Array(bytes), (_error, found) =>
          resolve(found === null ? null : Buffer.from(found).toString()),
        ),
      );
    expect([await read(2, 3), await read(8, 10), await read(20, 5)]).toEqual(['234', '89', '']);
    expect(Buffer.from(disk.readRange('file', 8, new Uint8Array(10))).toString()).toBe('89');
    expect(() => disk.readRange('none', 0, new Uint8Array(1))).toThrow(DiskError);
    await disk.close();
  });

  it('lets a file grow aside, and gives it its name when it is whole', async () => {
    const disk = new NodeDisk(temporaryFolder());
    disk.replaceFile('lasting', text('before'));
    expect(await finished((done) => disk.create('growing', done))).toBeNull();
    expect(await finished((done) => disk.write('growing', 0, [text('one ')], done))).toBeNull();
    expect(await finished((done) => disk.write('growing', 4, [text('two')], done))).toBeNull();
    expect(await finished((done) => disk.sync('growing', done))).toBeNull();
    expect(Buffer.from(disk.readFile('lasting')).toString()).toBe('before');
    expect(await finished((done) => disk.publish('growing', 'lasting', done))).toBeNull();
    expect(disk.list()).toEqual(['lasting']);
    expect(Buffer.from(disk.readFile('lasting')).toString()).toBe('one two');
    expect(await finished((done) => disk.write('lasting', 0, [text('ONE')], done))).toBeNull();
    expect(Buffer.from(disk.readFile('lasting')).toString(), 'not the file that had the name').toBe(
      'ONE two',
    );
    expect(await finished((done) => disk.publish('growing', 'lasting', done))).toMatchObject({
      code: 'not-found',
    });
    await disk.close();
  });

  it('gives a file another name, and writes to it under that one', async () => {
    const disk = new NodeDisk(temporaryFolder());
    await finished((done) => disk.reserve('file', 10, done));
    disk.rename('file', 'other');
    expect(disk.list()).toEqual(['other']);
    expect(await finished((done) => disk.write('file', 0, [text('x')], done))).toMatchObject({
      code: 'not-found',
    });
    expect(() => disk.rename('none', 'other')).toThrow(DiskError);
    await disk.close();
  });

  it('removes a file in the background, and does not mind if there is none', async () => {
    const disk = new NodeDisk(temporaryFolder());
    await finished((done) => disk.reserve('file', 10, done));
    disk.remove('file');
    disk.remove('none');
    await disk.close();
    expect(disk.list()).toEqual([]);
  });

  it('writes more chunks with one call than the system takes at once', async () => {
    const disk = new NodeDisk(temporaryFolder());
    const chunks = Array.from({ length: 5000 }, (_, i) => text(`${i},`));
    await finished((done) => disk.reserve('file', 100_000, done));
    expect(await finished((done) => disk.write('file', 0, chunks, done))).toBeNull();
    expect(
      Buffer.from(disk.readFile('file'))
        .toString()
        .startsWith(chunks.map((c) => Buffer.from(c)).join('')),
    ).toBe(true);
    await disk.close();
  });

  it('writes to the new file after one was reserved in place of another', async () => {
    const disk = new NodeDisk(temporaryFolder());
    await finished((done) => disk.reserve('file', 10, done));
    await finished((done) => disk.write('file', 0, [text('old')], done));
    await finished((done) => disk.reserve('file', 20, done));
    await finished((done) => disk.write('file', 5, [text('new')], done));
    expect(Buffer.from(disk.readFile('file')).toString()).toBe(`${'\0'.repeat(5)}new${'\0'.repeat(12)}`);
    await disk.close();
  });

  it('goes on writing to a file that it had closed because many others were open', async () => {
    const disk = new NodeDisk(temporaryFolder());
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const name of names) await finished((done) => disk.reserve(name, 10, done));
    for (const name of names)
      expect(await finished((done) => disk.write(name, 0, [text(name)], done))).toBeNull();
    expect(names.map((name) => disk.readFile(name)[0])).toEqual(names.map((name) => name.charCodeAt(0)));
    await disk.close();
  });

  it('closes only when what is on its way has ended, and takes nothing more', async () => {
    const disk = new NodeDisk(temporaryFolder());
    await finished((done) => disk.reserve('file', 10, done));
    const order: string[] = [];
    disk.write('file', 0, [text('x')], () => order.push('written'));
    disk.reserve('other', 10, () => order.push('reserved'));
    await disk.close();
    expect(order.sort()).toEqual(['reserved', 'written']);
    expect(await finished((done) => disk.write('file', 0, [text('x')], done))).toBeInstanceOf(DiskError);
  });

  it('begins nothing once it is being closed, not even what the last to end asks for', async () => {
    const folder = temporaryFolder();
    const disk = new NodeDisk(folder);
    await finished((done) => disk.create('kept', done));
    const refused: (DiskError | null)[] = [];
    const ended = new Promise<void>((resolve) => {
      const count: DiskDone = (error) => {
        if (refused.push(error) === 4) resolve();
      };
      disk.create('last', () => {
        disk.create('created', count);
        disk.reserve('reserved', 10, count);
        disk.publish('last', 'published', count);
        disk.sync('kept', count);
        disk.remove('kept');
      });
    });
    await disk.close();
    const names = readdirSync(folder);
    await ended;
    expect(refused.map((error) => error?.message)).toEqual(
      refused.map(() => expect.stringContaining('the disk has been closed')),
    );
    // For whatever may be on its way in the thread pool all the same.
    await finished((done) => new NodeDisk(folder).create('last', done));
    expect([names, readdirSync(folder)]).toEqual([
      ['kept', 'last'],
      ['kept', 'last'],
    ]);
  });

  it('says which file is missing', async () => {
    const disk = new NodeDisk(temporaryFolder());
    expect(() => disk.readFile('none')).toThrow(
      expect.objectContaining({ code: 'not-found', file: disk.pathOf('none') }),
    );
    expect(await finished((done) => disk.write('none', 0, [text('x')], done))).toMatchObject({
      code: 'not-found',
    });
    expect(await finished((done) => disk.sync('none', done))).toMatchObject({ code: 'not-found' });
  });

  it.runIf(existsSync('/dev/full'))('tells a lack of space, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    symlinkSync('/dev/full', join(folder, 'file.tmp'));
    const disk = new NodeDisk(folder);
    expect(await finished((done) => disk.reserve('file', 10_000, done))).toMatchObject({
      code: 'no-space',
      file: join(folder, 'file'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a log on the real file system', () => {
  const open = (disk: Disk) =>
    openLog({
      disk,
      folderId: FOLDER_ID,
      pastFolderIds: [],
      snapshot: null,
      segmentBytes: 64 * 1024,
      randomBytes,
      onAlarm: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
  const appended = (store: ReturnType<typeof open>['store'], batch: LogBatch): Promise<void> =>
    new Promise((resolve) => store.append(batch, resolve));

  it('is found again after the process ended, and its torn tail is cut', async () => {
    const folder = temporaryFolder();
    const first = new NodeDisk(folder);
    const { store } = open(first);
    const batches = Array.from({ length: 300 }, (_, i) =>
      batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(i + 1, 1, 'x'.repeat(i * 3))] }),
    );
    await Promise.all(batches.map((batch) => appended(store, batch)));
    await first.close();

    const second = new NodeDisk(folder);
    const found = open(second);
    expect(contentsOf(found.recovered).entries).toEqual(
      contentsOf({
        hardState: votes(1, 'n1'),
        base: BEGINNING,
        entries: batches.flatMap(({ entries }) => entries),
      }).entries,
    );
    await appended(found.store, batchOf({ entries: [entryOf(301, 1)] }));
    await second.close();
    const again = new NodeDisk(folder);
    expect(open(again).recovered.entries).toHaveLength(301);
    await again.close();
  });

  it('names the real path when a file was cut', async () => {
    const folder = temporaryFolder();
    const disk = new NodeDisk(folder);
    await appended(open(disk).store, batchOf({ entries: [entryOf(1, 1)] }));
    await disk.close();
    const file = join(folder, 'log-0000000001.seg');
    truncateSync(file, 4100);
    expect(() => open(new NodeDisk(folder))).toThrow(file);
    expect(readFileSync(file)).toHaveLength(4100);
  });
});
