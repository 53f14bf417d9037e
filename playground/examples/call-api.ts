import type { Show } from "./support/example.ts";
import { startWeatherServer } from "./support/weather-server.ts";

export interface Weather {
  location: string;
  date: string;
  weather: string;
  temp_max: string;
}

/**
 * Asks an API once per city and day, also when many callers ask at the same time. A failed request is not kept.
 * @cacheData({ ttl: { hours: 1 }, maxEntries: 1000 })
 */
export async function fetchWeather(api: string, city: string, date: string): Promise<Weather> {
  const response = await fetch(`${api}/weather/${encodeURIComponent(city)}/${date}`);
  if (!response.ok) throw new Error(`${city} ${date}: ${response.status}`);
  return (await response.json()) as Weather;
}

export async function run(show: Show): Promise<void> {
  const server = await startWeatherServer();
  const ask = () => fetchWeather(server.url, "Seattle", "2012-01-04");
  await show('10 × fetchWeather(api, "Seattle", "2012-01-04") at once', () =>
    Promise.all(Array.from({ length: 10 }, ask)),
  );
  await show('fetchWeather(api, "Seattle", "2012-01-04")', ask);
  await show("requests the server saw", () => server.requests());
  await server.close();
}
