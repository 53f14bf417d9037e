import { NEVER } from "../../call/never.ts";
import { growEntry } from "../../call/sums.ts";
import type { ArgumentIndex, CachedFunction, Entry, TrieNode } from "../../call/types.ts";
import type { ArgumentTries } from "../../features.ts";
import { state } from "../../registry.ts";
import { leafBytes } from "../../snapshot/memory-cost.ts";
import { encodeParts, keyOfAny } from "../encode-parts.ts";
import type { KeyLabels } from "../entry-key.ts";
import { ArgumentReader, followToken, MAX_ALIKE } from "./argument-reader.ts";
import { copyBulkValues, isObject, isSame, toParts } from "./tokens.ts";

/** Readings of one entry: orders of properties. */
const MAX_READINGS = 4;

/**
 * Finds the entries of calls that are not a few primitives, without encoding them: a tree of what was read of calls before,
 * walked while a call is read. It is only told what the encoding found, so the encoding alone says which calls are
 * one; and it holds no object of a caller's, so that changing an argument later changes nothing here.
 */
export class ArgumentTrie implements ArgumentIndex {
  private readonly root: TrieNode = { tokens: [], before: undefined, next: undefined, entry: undefined };

  /** The entry of an equal call; `undefined` says nothing. */
  find(parts: readonly unknown[]): Entry | undefined {
    const reader = new ArgumentReader(this.root);
    return tryRead(reader, parts) ? reader.node?.entry : undefined;
  }

  /**
   * Remembers under which entry a call was found. What is kept of it is encoded once, to be sure that it leads there: a proxy
   * can answer differently at each look. What cannot be read is not tried again.
   * @returns the bytes of copies that were made; none are kept where that is more than `room`.
   */
  insert(parts: readonly unknown[], entry: Entry, room = NEVER): number {
    if (entry.leaves === null || entry.leaves?.length === MAX_READINGS) return 0;
    const reader = new ArgumentReader();
    const { tokens } = reader;
    const bytes = tryRead(reader, parts) ? copyBulkValues(tokens, room) : undefined;
    const leaf = bytes !== undefined && leadsTo(tokens, entry) ? this.add(tokens) : undefined;
    if (bytes === undefined || leaf === undefined) {
      entry.leaves ??= null;
      return 0;
    }
    leaf.entry = entry;
    entry.leaves = [...(entry.leaves ?? []), leaf];
    return bytes + tokensBytes(tokens);
  }

  /**
   * The end of a sequence, which no other goes beyond: tokens say how much is to come. `undefined` where too many
   * resemble it.
   */
  private add(tokens: unknown[]): TrieNode | undefined {
    let node = this.root;
    let from = 0;
    for (;;) {
      const next = followToken(node, tokens[from]);
      if (next === undefined) {
        if (isObject(tokens[from]) && (node.next?.size ?? 0) >= MAX_ALIKE) return undefined;
        return append(node, tokens.slice(from));
      }
      let shared = 0;
      while (shared < next.tokens.length && isSame(tokens[from + shared], next.tokens[shared])) shared++;
      from += shared;
      if (from === tokens.length) return next;
      node = shared === next.tokens.length ? next : split(next, shared);
    }
  }

  /** Forgets the calls of an entry that leaves its table. */
  forget(leaves: readonly TrieNode[]): void {
    for (let node of leaves) {
      while (node.before !== undefined && !node.next?.size) {
        node.before.next?.delete(node.tokens[0]);
        node = node.before;
      }
    }
  }
}

/** What the trie takes for a call, besides what was copied: an upper bound, as beginnings are shared. */
function tokensBytes(tokens: readonly unknown[]): number {
  let bytes = NODE;
  for (const token of tokens) bytes += typeof token === "string" && token.length > SHORT_STRING ? leafBytes(token) : 8;
  return bytes;
}

/** A node with its list of tokens, its place in a map and in the list of leaves, and what an entry only has with such a list. */
const NODE = 440;
/** Shorter strings are mostly names, which all objects of a program share. */
const SHORT_STRING = 32;

function append(before: TrieNode, tokens: unknown[]): TrieNode {
  const made: TrieNode = { tokens, before, next: undefined, entry: undefined };
  before.next ??= new Map();
  before.next.set(tokens[0], made);
  return made;
}

/** Makes two of a node and returns the first of them, where another one can branch off. */
function split(node: TrieNode, at: number): TrieNode {
  const { tokens } = node;
  const first = append(node.before as TrieNode, tokens.slice(0, at));
  node.tokens = tokens.slice(at);
  node.before = first;
  first.next = new Map([[node.tokens[0], node]]);
  return first;
}

/** A proxy may throw at a look; what the caller is to see of that, the encoding says. */
function tryRead(reader: ArgumentReader, parts: readonly unknown[]): boolean {
  try {
    return reader.read(parts);
  } catch {
    return false;
  }
}

/** What can't be encoded leads nowhere: the call itself was found already and must not fail for its copy. */
function leadsTo(tokens: unknown[], entry: Entry): boolean {
  try {
    return encodeParts(toParts(tokens), NO_LABELS) === entry.key;
  } catch {
    return false;
  }
}

/**
 * Remembers a call whose encoding led to an entry, so that the
 * next one like it needs none. Copies of long arrays and bytes count as the entry's; if there is no room for them, none are made.
 * What `hashFuncs` make of an argument is not to be had without calling them.
 */
function note(owner: CachedFunction, parts: readonly unknown[], entry: Entry): void {
  const { figures, options, policy } = owner;
  if (options.hashFuncs !== undefined) return;
  entry.table.trie ??= new ArgumentTrie();
  const isMeasured = policy.kind === "data";
  const room = Math.min(options.maxBytes - figures.bytes, state.settings.maxBytes - state.bytes);
  const bytes = entry.table.trie.insert(parts, entry, isMeasured ? room : NEVER);
  if (!isMeasured) return;
  growEntry(owner, entry, bytes);
  // It is in use: others go first.
  entry.table.order?.touch(entry);
  state.features.limits?.keepWithin(owner);
}

const NO_LABELS: KeyLabels = { name: "", parts: [] };

/** For functions whose key parts may be objects, or more than three. */
export const argumentTrie: ArgumentTries = {
  note,
  keyOf: keyOfAny,
  textOf: (part) => encodeParts([part], NO_LABELS),
};
