import type { Group } from "../types.ts";
import { big } from "./big.ts";
import { build } from "./build.ts";
import { copy } from "./copy.ts";
import { disk } from "./disk.ts";
import { goals } from "./goals.ts";
import { growth } from "./growth.ts";
import { hit } from "./hit.ts";
import { redis } from "./redis.ts";
import { server } from "./server.ts";
import { size } from "./size.ts";
import { start } from "./start.ts";

/** Every group, in the order they run. */
export const groups: readonly Group[] = [goals, hit, copy, size, build, start, disk, redis, server, big, growth];
