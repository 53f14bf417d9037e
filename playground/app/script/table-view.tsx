import { Scroller } from "../controls.tsx";
import type { Cell } from "./box.ts";

/** More rows than anybody reads only slow the page down. */
const MOST = 200;

/** A table that scrolls inside itself. */
export function TableView({ rows, label }: { rows: readonly Record<string, Cell>[]; label: string }) {
  const columns = Object.keys(rows[0] ?? {});
  const left = rows.length - MOST;
  return (
    <Scroller class="table" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={classOf(rows[0]?.[column])}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td key={column} class={classOf(row[column])}>
                  {format(row[column])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="caption">and {left.toLocaleString("en")} more rows</p>}
    </Scroller>
  );
}

const classOf = (cell: Cell | undefined) => (typeof cell === "number" ? "number" : undefined);

function format(cell: Cell | undefined): string {
  if (typeof cell !== "number") return String(cell ?? "");
  return Number.isInteger(cell) ? String(cell) : cell.toLocaleString("en", { maximumFractionDigits: 2 });
}
