import { SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { cached } from "cachet";
import { instrument } from "cachet/otel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** @cacheData({ maxEntries: 1 }) */
function double(n: number) {
  if (n < 0) throw new RangeError("negative");
  return n * 2;
}

describe("cachet/otel", () => {
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const spans = new InMemorySpanExporter();
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  const meter = new MeterProvider({ readers: [reader] }).getMeter("test");
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer("test");
  let stop: () => void;

  beforeEach(() => {
    stop = instrument({ meter, tracer });
  });
  afterEach(() => {
    stop();
    void cached(double).clear();
    spans.reset();
  });

  async function pointsOf(name: string): Promise<DataPoint<number | Histogram>[]> {
    await reader.forceFlush();
    const metrics =
      measured
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return (metrics.find((metric) => metric.descriptor.name === name)?.dataPoints ?? []) as DataPoint<
      number | Histogram
    >[];
  }

  it("counts what the cache did, measures runs, and shows what is in memory", async () => {
    double(1);
    double(1);
    double(2);
    const counts = (await pointsOf("cachet.events")).map(({ attributes, value }) => [
      attributes["cachet.event"],
      attributes["cachet.from"] ?? attributes["cachet.reason"],
      value,
    ]);
    expect(counts).toEqual(
      expect.arrayContaining([
        ["miss", undefined, 2],
        ["hit", "memory", 1],
        ["write", undefined, 2],
        ["evict", "maxEntries", 1],
      ]),
    );
    const [runs] = await pointsOf("cachet.run.duration");
    expect(runs?.value).toMatchObject({ count: 2 });
    const entries = (await pointsOf("cachet.entries")).find(
      ({ attributes }) => attributes["cachet.function"] === cached(double).id,
    );
    expect(entries?.value).toBe(1);
    expect(entries?.attributes["cachet.kind"]).toBe("data");
  });

  it("makes a span of each run, and says of a failed one why", () => {
    double(3);
    double(3);
    expect(() => double(-1)).toThrow(RangeError);
    const [run, failure, ...others] = spans.getFinishedSpans();
    expect(others).toEqual([]);
    expect(run?.name).toBe("cachet double");
    expect(run?.attributes["cachet.function"]).toBe(cached(double).id);
    expect(failure?.status.code).toBe(SpanStatusCode.ERROR);
    expect(failure?.events[0]?.attributes?.["exception.message"]).toBe("negative");
  });

  it("reports no arguments, and nothing after its end", async () => {
    stop();
    double(40_404);
    expect(spans.getFinishedSpans()).toEqual([]);
    expect(JSON.stringify(await pointsOf("cachet.events"))).not.toContain("40404");
  });
});
