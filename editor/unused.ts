/** "Declared but never read", of one name and of whole imports and patterns. */
const UNUSED = new Set([6133, 6192, 6196, 6198, 6199]);

export const isUnusedMessage = ({ code }: { code: number }): boolean => UNUSED.has(code);
