import { clearTags, expireTags } from "cachet";
import { inspect } from "cachet/inspect";
import { Button, plural } from "../app/controls.tsx";
import { useObservable } from "../app/observable.ts";
import { ticks } from "./recorder.ts";

/** Those with the most entries; a tag per product of a shop helps nobody as a list. */
const MOST_TAGS = 50;

/** The tags of all entries in memory: each speaks of entries of several functions. */
export function TagList() {
  useObservable(ticks);
  const counts = new Map<string, number>();
  for (const fn of inspect())
    for (const [tag, count] of Object.entries(fn.tags())) counts.set(tag, (counts.get(tag) ?? 0) + count);
  if (counts.size === 0) return null;
  const tags = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return (
    <section aria-labelledby="insp-tags">
      <h2 id="insp-tags">Tags</h2>
      <ul class="rows insp-tags">
        {tags.slice(0, MOST_TAGS).map(([tag, count]) => (
          <li key={tag} class="bar" data-tag={tag}>
            <span class="insp-tag small">{tag}</span>
            <span class="muted">{plural(count, "entry", "entries")}</span>
            <Button text="Expire" aria-label={`Expire tag ${tag}`} onClick={() => void expireTags(tag)} />
            <Button text="Clear" aria-label={`Clear tag ${tag}`} onClick={() => void clearTags(tag)} />
          </li>
        ))}
      </ul>
      {tags.length > MOST_TAGS && <p class="muted">and {tags.length - MOST_TAGS} more</p>}
    </section>
  );
}
