import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Node's own is many times faster; pages, which bundle this module too, have none that answers at once. */
const native = globalThis.process?.getBuiltinModule?.("node:crypto")?.hash;

/** SHA-256 of the text, cut to 128 bits, as 32 hexadecimal digits; the same wherever it is computed. */
export function digest(text: string | Uint8Array): string {
  return (native ?? hashInScript)("sha256", text, "hex").slice(0, 32);
}

function hashInScript(_algorithm: string, text: string | Uint8Array): string {
  return bytesToHex(sha256(typeof text === "string" ? new TextEncoder().encode(text) : text));
}
