import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * What the stand-ins remember: JSON values by kind and id, in the order they were first written.
 * A stand-in that forgot its payments at every restart would contradict the platform's own database.
 */
export interface Store {
  /** Runs `work` as one transaction: after a crash either everything it wrote is there, or nothing is. */
  commit<Result>(work: () => Result): Result;
  close(): void;
  readonly database: DatabaseSync;
}

/** The values of one kind. Every value must survive a round trip through JSON. */
export interface Shelf<Value> {
  get(id: string): Value | undefined;
  put(id: string, value: Value): void;
  /** Writes only if the id is free, and says whether it did. */
  insert(id: string, value: Value): boolean;
  remove(id: string): void;
  /** All values, or those whose id begins with `prefix`, oldest first. */
  list(prefix?: string): Value[];
  /**
   * Values one after the other, read only as far as they are asked for: from the neighbour of `from`, or else from the
   * end the direction starts at. An unknown `from` gives nothing.
   */
  walk(direction: 'older' | 'newer', from?: string): Iterable<Value>;
}

const WALKED_AT_ONCE = 100;

/**
 * Opens (or makes) a store.
 *
 * @param file path of the SQLite file, or `:memory:`
 */
export function openStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  // With a write-ahead log a killed process loses no committed value.
  database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000');
  database.exec(`create table if not exists item (
    place integer primary key autoincrement, kind text not null, id text not null, value text not null, unique (kind, id)
  )`);
  database.exec('create index if not exists item_place on item (kind, place)');
  let isOpen = false;
  return {
    database,
    close: () => {
      if (database.isOpen) database.close();
    },
    commit: (work) => {
      if (isOpen) return work();
      database.exec('begin immediate');
      isOpen = true;
      try {
        const result = work();
        database.exec('commit');
        return result;
      } catch (error) {
        database.exec('rollback');
        throw error;
      } finally {
        isOpen = false;
      }
    },
  };
}

/**
 * A typed view on one kind of values of a store.
 *
 * @param kind name of the kind, unique within the store, such as `stripe.event`
 */
export function openShelf<Value>(store: Store, kind: string): Shelf<Value> {
  const { database } = store;
  const select = database.prepare('select value from item where kind = ? and id = ?');
  const selectAll = database.prepare('select value from item where kind = ? order by place');
  const selectSome = database.prepare('select value from item where kind = ? and id >= ? and id < ? order by place');
  const selectPlace = database.prepare('select place from item where kind = ? and id = ?');
  const selectOlder = database.prepare(
    `select place, value from item where kind = ? and place < ? order by place desc limit ${WALKED_AT_ONCE}`,
  );
  const selectNewer = database.prepare(
    `select place, value from item where kind = ? and place > ? order by place limit ${WALKED_AT_ONCE}`,
  );
  const upsert = database.prepare(
    'insert into item (kind, id, value) values (?, ?, ?) on conflict (kind, id) do update set value = excluded.value',
  );
  const insertNew = database.prepare('insert into item (kind, id, value) values (?, ?, ?) on conflict do nothing');
  const erase = database.prepare('delete from item where kind = ? and id = ?');
  const read = (row: Record<string, unknown>): Value => JSON.parse(String(row['value'])) as Value;
  return {
    get: (id) => {
      const row = select.get(kind, id);
      return row === undefined ? undefined : read(row);
    },
    put: (id, value) => void upsert.run(kind, id, JSON.stringify(value)),
    insert: (id, value) => Number(insertNew.run(kind, id, JSON.stringify(value)).changes) === 1,
    remove: (id) => void erase.run(kind, id),
    list: (prefix) =>
      // No character of an id comes after U+FFFF.
      (prefix === undefined ? selectAll.all(kind) : selectSome.all(kind, prefix, `${prefix}\uffff`)).map(read),
    *walk(direction, from) {
      const start = direction === 'older' ? Number.MAX_SAFE_INTEGER : 0;
      let place = from === undefined ? start : selectPlace.get(kind, from)?.['place'];
      while (typeof place === 'number') {
        const rows = (direction === 'older' ? selectOlder : selectNewer).all(kind, place);
        for (const row of rows) yield read(row);
        place = rows.length < WALKED_AT_ONCE ? undefined : rows.at(-1)?.['place'];
      }
    },
  };
}
