import { messageId, type MessageId } from '../ids.ts';
import { CowMap, type FrozenMap } from './cow-map.ts';

/** Messages in a page. Few, because one old message that nobody collects keeps its page in memory. */
const PAGE = 64;

/** Where up to 64 messages with consecutive IDs lie. */
class IndexPage {
  /** The version of the index in which this page was made. An older one may be shared with a frozen version. */
  readonly version: number;
  readonly firstId: number;
  live = 0;
  /** Slab and place of each, in turn. Slab 0: the message is not stored. */
  readonly places: Uint32Array;

  constructor(version: number, firstId: number, places = new Uint32Array(2 * PAGE)) {
    this.version = version;
    this.firstId = firstId;
    this.places = places;
  }
}

type FrozenPages = FrozenMap<number, Pick<IndexPage, 'firstId' | 'places'>>;

const pageOf = (id: MessageId): number => Math.floor((id - 1) / PAGE);
const slotOf = (id: MessageId): number => ((id - 1) % PAGE) * 2;

/** Where each stored message lies, by its ID. A page with nothing left in it is let go. */
export class MessageIndex {
  readonly #pages = new CowMap<number, IndexPage>();
  /** The page that a message was added to last: the next one is nearly always added there, too. */
  #latest: IndexPage | null = null;
  #version = 0;

  get pages(): number {
    return this.#pages.size;
  }

  /** The number of the slab that holds the message; 0 if it is not stored. */
  slabOf(id: MessageId): number {
    return this.#pages.get(pageOf(id))?.places[slotOf(id)] ?? 0;
  }

  /** Where in its slab the message lies. */
  placeOf(id: MessageId): number {
    return this.#pages.get(pageOf(id))?.places[slotOf(id) + 1] ?? 0;
  }

  /** Notes where a message lies that was not stored. A frozen version that shares the page looks at no such place. */
  add(id: MessageId, slab: number, at: number): void {
    let page = this.#latest;
    if (page === null || id < page.firstId || id >= page.firstId + PAGE)
      page = this.#pages.get(pageOf(id)) ?? this.#openPage(id);
    this.#latest = page;
    const slot = slotOf(id);
    page.places[slot] = slab;
    page.places[slot + 1] = at;
    page.live += 1;
  }

  /** Notes that a stored message lies elsewhere now. */
  move(id: MessageId, slab: number, at: number): void {
    const page = this.#writable(id);
    if (page === undefined) return;
    page.places[slotOf(id)] = slab;
    page.places[slotOf(id) + 1] = at;
  }

  /** A stored message is no longer one. `last`: the highest ID that there ever was; a page that may still be added to stays. */
  remove(id: MessageId, last: number): void {
    const page = this.#writable(id);
    if (page === undefined) return;
    page.places[slotOf(id)] = 0;
    page.live -= 1;
    if (page.live > 0 || page.firstId + PAGE - 1 > last) return;
    this.#pages.delete(pageOf(id));
    this.#latest = null;
  }

  /** Of an empty index: there were so many messages. If the next one belongs to a page that has begun, there is that page. */
  extendTo(length: number): void {
    if (length % PAGE !== 0) this.#openPage(messageId(length));
  }

  freeze(): FrozenIndex {
    this.#version += 1;
    return new FrozenIndex(this.#pages.freeze());
  }

  #openPage(id: MessageId): IndexPage {
    const page = new IndexPage(this.#version, pageOf(id) * PAGE + 1);
    this.#pages.set(pageOf(id), page);
    return page;
  }

  #writable(id: MessageId): IndexPage | undefined {
    const page = this.#pages.get(pageOf(id));
    if (page === undefined || page.version === this.#version) return page;
    const copy = new IndexPage(this.#version, page.firstId, page.places.slice());
    copy.live = page.live;
    this.#pages.set(pageOf(id), copy);
    this.#latest = null;
    return copy;
  }
}

/** A version of a `MessageIndex` that no longer changes, but for messages that were stored later. */
export class FrozenIndex {
  readonly #pages: FrozenPages;
  /** The page that was looked at last: messages that lie side by side have IDs that do, too. */
  #seen: Pick<IndexPage, 'firstId' | 'places'> | undefined;

  constructor(pages: FrozenPages) {
    this.#pages = pages;
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** Whether this is where the message lies, and it is stored. */
  liesAt(id: MessageId, slab: number, at: number): boolean {
    let page = this.#seen;
    if (page === undefined || id < page.firstId || id >= page.firstId + PAGE)
      page = this.#seen = this.#pages.get(pageOf(id));
    const slot = slotOf(id);
    return page !== undefined && page.places[slot] === slab && page.places[slot + 1] === at;
  }
}
