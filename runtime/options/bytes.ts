import { optionParser } from "./option-parser.ts";

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

/** Bytes of a size given as a number or as a string. Units are powers of 1024, as memory is counted. */
export const parseBytes = /* @__PURE__ */ optionParser('a number of bytes or a string such as "100MB"', (value) => {
  const bytes = typeof value === "number" ? value : typeof value === "string" ? fromText(value) : Number.NaN;
  return bytes >= 1 ? Math.floor(bytes) : undefined;
});

function fromText(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text);
  const unit = match?.[2]?.toLowerCase() ?? "";
  return match !== null && Object.hasOwn(FACTORS, unit) ? Number(match[1]) * (FACTORS[unit] as number) : Number.NaN;
}
