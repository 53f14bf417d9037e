/** The valid forms, as shown in every message about a bad size. */
export const BYTES_FORMS = '1048576 (bytes), "100MB", "1.5 GiB", "64kb" or Infinity';

const FACTORS: Record<string, number> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
  t: 1024 ** 4,
  tb: 1024 ** 4,
  tib: 1024 ** 4,
};

/**
 * Bytes of a size given as a number or as text. Units are powers of 1024, as memory is counted.
 * @throws RangeError that quotes the value and lists the valid forms.
 */
export function parseBytes(value: unknown): number {
  const bytes = typeof value === "number" ? value : typeof value === "string" ? fromText(value) : Number.NaN;
  if (!(bytes > 0)) {
    const shown =
      typeof value === "string"
        ? JSON.stringify(value)
        : typeof value === "number"
          ? String(value)
          : `a ${typeof value}`;
    throw new RangeError(`${shown} is not a size. Valid: ${BYTES_FORMS}`);
  }
  return Math.floor(bytes);
}

function fromText(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text);
  const unit = match?.[2]?.toLowerCase() ?? "";
  return match !== null && Object.hasOwn(FACTORS, unit) ? Number(match[1]) * (FACTORS[unit] as number) : Number.NaN;
}
