export { digest, HASH_FORMAT, serialize } from "./hash/serialize.ts";
