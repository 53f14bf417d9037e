import { cached } from "cachet";
import type { Show } from "./support/example.ts";

export interface Book {
  isbn: string;
  title: string;
  stock: number;
}

/** Stands for a database. */
class BookTable {
  readonly #rows = new Map<string, Book>();

  read(isbn: string): Book | undefined {
    return this.#rows.get(isbn);
  }

  write(book: Book): void {
    this.#rows.set(book.isbn, book);
  }
}

// cachet-allow-mutable: stands for a database
const table = new BookTable();

export class BookService {
  /**
   * `@Cacheable(cacheNames = "books", key = "#isbn", unless = "#result == null")`
   * @cacheData({ this: "ignore", tags: ["books"], ttl: (book) => (book === undefined ? 0 : "1h") })
   */
  async find(isbn: string): Promise<Book | undefined> {
    return table.read(isbn);
  }

  /** Calls a method of its own: cached all the same, there is no proxy to get past. */
  async title(isbn: string): Promise<string> {
    const book = await this.find(isbn);
    return book?.title ?? "unknown";
  }

  /** `@CachePut(cacheNames = "books", key = "#book.isbn")` */
  async save(book: Book): Promise<Book> {
    table.write(book);
    await cached(this.find, this).set([book.isbn], book);
    return book;
  }

  /**
   * `@CacheEvict(cacheNames = "books", allEntries = true)`
   * @cacheClears({ tags: ["books"] })
   */
  async importAll(books: readonly Book[]): Promise<number> {
    for (const book of books) table.write(book);
    return books.length;
  }
}

export async function run(show: Show): Promise<void> {
  const books = new BookService();
  await show("books.importAll([…])", () => books.importAll([{ isbn: "1", title: "Emma", stock: 3 }]));
  await show('books.find("1")', () => books.find("1"));
  await show('books.title("1")', () => books.title("1"));
  await show('new BookService().find("1")', () => new BookService().find("1"));
  await show('books.save({ isbn: "1", stock: 2, … })', () => books.save({ isbn: "1", title: "Emma", stock: 2 }));
  await show('books.find("1")', () => books.find("1"));
  await show('books.find("2")', () => books.find("2"));
  await show('books.find("2")', () => books.find("2"));
  await show("books.importAll([…])", () => books.importAll([{ isbn: "1", title: "Emma", stock: 9 }]));
  await show('books.find("1")', () => books.find("1"));
}
