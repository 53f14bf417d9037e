import fs from "node:fs";
import { noting, notingAll, notingExactly, notingOpened } from "./noting.ts";

/* `cachet/fs/promises`: the reading functions of `node:fs/promises`, as `cachet/fs` hands on those of `node:fs`. */

const { promises } = fs;

export const access = /* @__PURE__ */ noting(promises.access);
export const lstat = /* @__PURE__ */ notingExactly(promises.lstat);
export const open = /* @__PURE__ */ notingOpened(promises.open);
export const opendir = /* @__PURE__ */ notingAll(promises.opendir);
export const readdir = /* @__PURE__ */ notingAll(promises.readdir);
export const readFile = /* @__PURE__ */ noting(promises.readFile);
export const readlink = /* @__PURE__ */ noting(promises.readlink);
export const realpath = /* @__PURE__ */ noting(promises.realpath);
export const stat = /* @__PURE__ */ notingExactly(promises.stat);

export default { access, lstat, open, opendir, readdir, readFile, readlink, realpath, stat };
