import { cached, cacheTag, clearTags, expireTags } from "cachet";
import { beforeEach, describe, expect, it } from "vitest";

let runs: string[] = []; // cachet-allow-mutable
const ran = async (call: () => unknown): Promise<string[]> => {
  runs = [];
  await call();
  return runs;
};

/** @cacheData({ tags: ["books", (isbn) => `book:${isbn}`] }) */
function findBook(isbn: string) {
  runs.push(`find ${isbn}`);
  return { isbn };
}

// @CacheEvict(cacheNames = "books", allEntries = true)
/** @cacheClears({ functions: [findBook] }) */
function loadBooks(fails = false) {
  if (fails) throw new Error("no");
}

// @CacheEvict(cacheNames = "books", key = "#isbn", condition = "#isbn.length > 3")
/** @cacheClears({ tags: (isbn) => (isbn.length > 3 ? `book:${isbn}` : undefined) }) */
function removeBook(_isbn: string, fails = false) {
  if (fails) throw new Error("no");
}

// @CacheEvict(cacheNames = "books", key = "#isbn", beforeInvocation = true)
async function removeAtOnce(isbn: string, fails: boolean) {
  await cached(findBook).clear(isbn);
  if (fails) throw new Error("no");
}

// "use cache"; cacheTag("posts", `post-${id}`)
/** @cacheData({ ttl: "1h", stale: "1h" }) */
async function getPost(id: number) {
  cacheTag("posts", `post-${id}`);
  runs.push(`post ${id}`);
  return { id };
}

/** @cacheData */
async function blogPage(id: number) {
  runs.push(`page ${id}`);
  return { post: await getPost(id) };
}

beforeEach(() => {
  void cached(findBook).clear();
  void cached(getPost).clear();
  void cached(blogPage).clear();
});

describe("Spring's @CacheEvict", () => {
  it("allEntries: every entry of the cache goes once the call has succeeded", async () => {
    await ran(() => [findBook("1111"), findBook("2222")]);
    expect(() => loadBooks(true)).toThrow("no");
    expect(await ran(() => [findBook("1111"), findBook("2222")])).toEqual([]);
    loadBooks();
    expect(await ran(() => [findBook("1111"), findBook("2222")])).toEqual(["find 1111", "find 2222"]);
  });

  it("key and condition: one entry goes, if the arguments say so", async () => {
    await ran(() => [findBook("1111"), findBook("222"), findBook("3333")]);
    expect(() => removeBook("1111", true)).toThrow("no");
    removeBook("222");
    expect(await ran(() => [findBook("1111"), findBook("222")])).toEqual([]);
    removeBook("1111");
    expect(await ran(() => [findBook("1111"), findBook("222"), findBook("3333")])).toEqual(["find 1111"]);
  });

  it("beforeInvocation: it goes whatever becomes of the call", async () => {
    findBook("1111");
    await expect(removeAtOnce("1111", true)).rejects.toThrow("no");
    expect(await ran(() => findBook("1111"))).toEqual(["find 1111"]);
  });
});

describe("Next's cacheTag", () => {
  it("updateTag: the next call waits for fresh data, and so does what was made of it", async () => {
    await ran(() => Promise.all([blogPage(1), blogPage(2)]));
    await clearTags("post-1");
    expect(await ran(async () => [await blogPage(1), await blogPage(2)])).toEqual(["page 1", "post 1"]);
  });

  it("revalidateTag: the next call gets the old data, and fresh data is computed in the background", async () => {
    await getPost(1);
    const old = await getPost(1);
    await expireTags("posts");
    runs = [];
    expect(await getPost(1)).toEqual(old);
    await expect.poll(() => runs).toEqual(["post 1"]);
    expect(await ran(() => getPost(1))).toEqual([]);
  });
});
