import type { Item, Placed, WidgetItem } from "./box.ts";
import { ChartView } from "./chart-view.tsx";
import type { Session } from "./session.ts";
import { TableView } from "./table-view.tsx";
import { WidgetView } from "./widget-view.tsx";

/** The items of a box, in order. */
export function Items({ placed, session }: { placed: readonly Placed[]; session: Session }) {
  return (
    <>
      {placed.map((each, i) => (
        <div class={each.isOld ? `item is-old` : "item"} data-kind={each.item.kind} key={keyOf(each.item, i)}>
          <ItemView placed={each} session={session} />
        </div>
      ))}
    </>
  );
}

/** A widget stays the same element wherever it moves, so that it keeps the focus. */
const keyOf = (item: Item, at: number) => ("key" in item ? item.key : `${at} ${item.kind}`);

function ItemView({ placed: { item, children }, session }: { placed: Placed; session: Session }) {
  switch (item.kind) {
    case "title":
      return <h1>{item.text}</h1>;
    case "header":
      return <h2>{item.text}</h2>;
    case "text":
      return <p>{item.text}</p>;
    case "caption":
      return <p class="caption">{item.text}</p>;
    case "success":
    case "info":
    case "warning":
      return <p class={`note is-${item.kind}`}>{item.text}</p>;
    case "metric":
      return (
        <dl class="metric">
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
          <dd class="caption">{item.note || "\u00a0"}</dd>
        </dl>
      );
    case "table":
      return <TableView rows={item.rows} label={item.label} />;
    case "chart":
      return <ChartView shape={item.shape} chart={item.chart} />;
    case "container":
    case "columns":
      return (
        <div class={item.kind}>
          <Items placed={children} session={session} />
        </div>
      );
    default:
      return <WidgetView item={item satisfies WidgetItem} session={session} />;
  }
}
