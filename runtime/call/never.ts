/** No limit: the time of what does not expire, the most of what is not counted. */
export const NEVER = Number.POSITIVE_INFINITY;
