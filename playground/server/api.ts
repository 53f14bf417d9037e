/** What a request is answered with, as JSON. */
export interface Answer {
  status: number;
  body: unknown;
}

/** Answers `/<name>/…`, the part of the address behind `/api`. */
export async function answer({ pathname }: URL): Promise<Answer> {
  return { status: 404, body: { error: `there is no api${pathname}` } };
}
