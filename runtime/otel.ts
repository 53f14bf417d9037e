/** Metrics and spans of cached functions, on OpenTelemetry's API. */

import { type Attributes, type Meter, metrics, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { CacheEvent } from "./event-types.ts";
import { subscribe } from "./events.ts";
import { stats } from "./stats.ts";

/** Where the figures go; by default to the providers that the program registered. */
export interface InstrumentOptions {
  meter?: Meter;
  tracer?: Tracer;
}

/**
 * Reports every cached function of the program from now on.
 *
 * - `cachet.events`: a counter of everything that a cache does, by `cachet.event` (`hit`, `miss`, `evict`, …).
 * - `cachet.run.duration`: a histogram of how long bodies ran, in seconds.
 * - `cachet.time_saved`: a counter of what hits saved, in seconds.
 * - `cachet.entries`, `cachet.memory`: what is in memory now, as a number and in bytes.
 * - a span for each run of a body that was stored or failed.
 *
 * Each carries `cachet.function` (the function id) and `cachet.kind`. Arguments and values are never reported.
 * @returns a function that ends it.
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const meter = options.meter ?? metrics.getMeter("cachet");
  const tracer = options.tracer ?? trace.getTracer("cachet");
  const events = meter.createCounter("cachet.events", { description: "What caches did, by kind of event" });
  const runs = meter.createHistogram("cachet.run.duration", { description: "How long bodies ran", unit: "s" });
  const end = subscribe((event) => {
    events.add(1, { ...attributesOf(event), "cachet.event": event.type, ...detailOf(event) });
    if (event.type === "write") runs.record(event.duration / 1000, attributesOf(event));
    traceRun(tracer, event);
  });
  const endGauges = observeStats(meter);
  return () => {
    end();
    endGauges();
  };
}

function attributesOf({ id, kind }: { id: string; kind: string }): Attributes {
  return { "cachet.function": id, "cachet.kind": kind };
}

/** What tells events of one type apart. */
function detailOf(event: CacheEvent): Attributes {
  if (event.type === "hit") return { "cachet.from": event.from };
  if (event.type === "evict") return { "cachet.reason": event.reason };
  if (event.type === "error") return { "cachet.operation": event.operation };
  if (event.type === "stale") return { "cachet.reason": event.because };
  if (event.type === "timeout") return { "cachet.limit": event.limit };
  // Not which one: there may be as many as there are rows in a table.
  if ((event.type === "clear" || event.type === "expire") && event.tag !== undefined) return { "cachet.reason": "tag" };
  return {};
}

/** The end of a run is when its length is known; the span begins that much earlier, under whatever span is active. */
function traceRun(tracer: Tracer, event: CacheEvent): void {
  const isFailure = event.type === "error" && event.operation === "run";
  if (event.type !== "write" && !isFailure) return;
  const endTime = Date.now();
  const startTime = event.type === "write" ? endTime - event.duration : endTime;
  const span = tracer.startSpan(`cachet ${event.name}`, { startTime, attributes: attributesOf(event) });
  if (event.type === "error") {
    span.recordException(event.error instanceof Error ? event.error : String(event.error));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(endTime);
}

function observeStats(meter: Meter): () => void {
  const entries = meter.createObservableGauge("cachet.entries", { description: "Entries in memory" });
  const memory = meter.createObservableGauge("cachet.memory", { description: "Their estimated size", unit: "By" });
  const saved = meter.createObservableCounter("cachet.time_saved", { description: "What hits saved", unit: "s" });
  const observed = [entries, memory, saved];
  const observe: Parameters<Meter["addBatchObservableCallback"]>[0] = (result) => {
    for (const row of stats()) {
      result.observe(entries, row.entries, attributesOf(row));
      result.observe(memory, row.bytes, attributesOf(row));
      result.observe(saved, row.timeSaved / 1000, attributesOf(row));
    }
  };
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
