import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useObservable } from "../observable.ts";
import { shownTheme } from "../theme.ts";
import type { ChartData } from "./box.ts";

const HEIGHT = 260;
const COLORS = ["--accent", "--warn", "--ok", "--error"];

/** Lines or bars. Its height is the same before, while and after it is drawn. */
export function ChartView({ shape, chart }: { shape: "line" | "bars"; chart: ChartData }) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useObservable(shownTheme);
  const plot = useRef<uPlot>(undefined);
  const names = Object.keys(chart.lines);
  const frame = JSON.stringify([shape, chart.isTime, names, theme]);

  useEffect(() => {
    const place = host.current as HTMLDivElement;
    const drawn = new uPlot(optionsFor(place, shape, chart), dataOf(chart), place);
    plot.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: place.clientWidth, height: HEIGHT }));
    resized.observe(place);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
  }, [frame]);

  useEffect(() => plot.current?.setData(dataOf(chart)), [chart]);

  return (
    <figure class="chart">
      <div ref={host} class="chart-place" role="img" aria-label={`${chart.label}: ${names.join(", ")}`} />
      <figcaption>
        {chart.label}
        {names.map((name, i) => (
          <span key={name} class="legend" style={{ "--color": `var(${colorName(i)})` }}>
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const colorName = (i: number) => COLORS[i % COLORS.length] as string;

const dataOf = ({ x, lines }: ChartData): uPlot.AlignedData => [
  [...x],
  ...Object.values(lines).map((line) => [...line]),
];

function optionsFor(place: HTMLElement, shape: "line" | "bars", { isTime, lines }: ChartData): uPlot.Options {
  const color = (name: string) => resolvedColor(place, name);
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1 },
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 60] });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    ms: 1,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: isTime, range: (_, min, max) => (shape === "bars" ? widened(min, max) : [min, max]) } },
    axes: [axis, { ...axis, size: 56 }],
    series: [
      {},
      ...Object.keys(lines).map((label, i): uPlot.Series => {
        const stroke = color(colorName(i));
        if (shape === "bars" && bars) return { label, stroke, fill: stroke, paths: bars, points: { show: false } };
        return { label, stroke, width: 1.5, points: { show: false } };
      }),
    ],
  };
}

/** Room for half a bar at both ends. */
function widened(min: number, max: number): [number, number] {
  const half = Math.max(1, (max - min) / 20) / 2;
  return [min - half, max + half];
}

/** A canvas knows no custom properties: the colour as the page shows it. */
function resolvedColor(place: HTMLElement, name: string): string {
  place.style.color = `var(${name})`;
  const { color } = getComputedStyle(place);
  place.style.color = "";
  return color;
}
