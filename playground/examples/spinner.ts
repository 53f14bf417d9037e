import type { Show } from "./support/example.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Shows a text, with the seconds that went by, while it takes long.
 * @cacheData({ showSpinner: "Simulating the weather…", showTime: true })
 */
export async function simulateWeather(days: number): Promise<string[]> {
  await sleep(1200);
  return Array.from({ length: days }, (_, day) => (day % 3 === 0 ? "rain" : "sun"));
}

/**
 * Shows nothing, however long it takes.
 * @cacheData({ showSpinner: false })
 */
export async function simulateQuietly(days: number): Promise<string[]> {
  await sleep(300);
  return Array.from({ length: days }, () => "fog");
}

export async function run(show: Show): Promise<void> {
  await show("simulateWeather(4)", () => simulateWeather(4));
  await show("simulateWeather(4)", () => simulateWeather(4));
  await show("simulateQuietly(2)", () => simulateQuietly(2));
}
