import { materialize } from "../call/entry.ts";
import type { CachedFunction, CachedValue } from "../call/types.ts";
import type { PutStream } from "../features.ts";
import { state } from "../registry.ts";
import { Backlog } from "./backlog.ts";
import { RecordedStream } from "./recorded-stream.ts";
import type { Source } from "./source.ts";
import { MOST_BYTES } from "./tape.ts";
import { warnOfLength } from "./warn-of-length.ts";

/**
 * Reads a stream to its end for nobody but the cache. `clone`: how callers get the recording. Nothing if it is longer than may be
 * kept; rejects where the stream fails.
 */
export async function recordAll(
  owner: CachedFunction,
  source: Source,
  clone: CachedValue["clone"],
): Promise<PutStream | undefined> {
  const { maxBytes, replay, ttlOf } = owner.options;
  const limit = Math.min(maxBytes, state.settings.maxBytes);
  const isStated = limit !== Number.POSITIVE_INFINITY;
  const { clock } = state.settings;
  const began = clock.now();
  const times: number[] | undefined = replay === "paced" ? [] : undefined;
  const backlog = new Backlog(owner);
  for (let step = await source.next(); ; step = await source.next()) {
    if (step.done) {
      const result = step.value === undefined ? undefined : backlog.keep(step.value, "the result");
      const value = new RecordedStream(source.form, times, backlog.chunks, result);
      const chunks = ttlOf === undefined ? undefined : backlog.chunks.map(materialize);
      return { cached: { value, clone, bytes: backlog.bytes }, chunks };
    }
    backlog.add(step.value);
    times?.push(clock.now() - began);
    if (backlog.bytes <= (isStated ? limit : MOST_BYTES)) continue;
    await source.cancel(undefined);
    if (!isStated) warnOfLength(owner);
    return undefined;
  }
}
