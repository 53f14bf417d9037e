import { answer } from "./api.ts";

const PATHS = ["weather/Seattle/2012-01-04", "delays/time", "delays/distance"];

/** Answers that a built site holds as files, by their path: it has no server to compute them. */
export async function recordedAnswers(): Promise<{ path: string; body: unknown }[]> {
  return Promise.all(PATHS.map(async (path) => ({ path, body: (await answer(`/${path}`)).body })));
}
