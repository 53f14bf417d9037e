import type { Show } from "./support/example.ts";

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/**
 * By default two dates are equal to the millisecond. Here one day is one call, whatever the time.
 * @cacheData({ hashFuncs: { Date: dayOf } })
 */
export function dailyReport(date: Date): string {
  return `report of ${dayOf(date)}`;
}

export async function run(show: Show): Promise<void> {
  const reportAt = (time: string) => show(`dailyReport(${time})`, () => dailyReport(new Date(time)));
  await reportAt("2026-05-04T08:00:00Z");
  await reportAt("2026-05-04T20:30:00Z");
  await reportAt("2026-05-05T08:00:00Z");
}
