import fs from "node:fs";
import * as promises from "./fs-promises.ts";
import { noting, notingAll, notingExactly, notingOpened } from "./noting.ts";

/*
 * `cachet/fs`: the reading functions of `node:fs`. What they read in the body of a cached function, its entry depends on, as with
 * `dependsOn`; anywhere else they are those of Node.
 */

export const access = /* @__PURE__ */ noting(fs.access);
export const accessSync = /* @__PURE__ */ noting(fs.accessSync);
export const createReadStream = /* @__PURE__ */ noting(fs.createReadStream);
export const exists = /* @__PURE__ */ noting(fs.exists);
export const existsSync = /* @__PURE__ */ noting(fs.existsSync);
export const lstat = /* @__PURE__ */ notingExactly(fs.lstat);
export const lstatSync = /* @__PURE__ */ notingExactly(fs.lstatSync);
export const open = /* @__PURE__ */ notingOpened(fs.open);
export const openAsBlob = /* @__PURE__ */ noting(fs.openAsBlob);
export const opendir = /* @__PURE__ */ notingAll(fs.opendir);
export const opendirSync = /* @__PURE__ */ notingAll(fs.opendirSync);
export const openSync = /* @__PURE__ */ notingOpened(fs.openSync);
export const readdir = /* @__PURE__ */ notingAll(fs.readdir);
export const readdirSync = /* @__PURE__ */ notingAll(fs.readdirSync);
export const readFile = /* @__PURE__ */ noting(fs.readFile);
export const readFileSync = /* @__PURE__ */ noting(fs.readFileSync);
export const readlink = /* @__PURE__ */ noting(fs.readlink);
export const readlinkSync = /* @__PURE__ */ noting(fs.readlinkSync);
export const realpath = /* @__PURE__ */ noting(fs.realpath);
export const realpathSync = /* @__PURE__ */ noting(fs.realpathSync);
export const stat = /* @__PURE__ */ notingExactly(fs.stat);
export const statSync = /* @__PURE__ */ notingExactly(fs.statSync);
export { promises };

export default {
  access,
  accessSync,
  createReadStream,
  exists,
  existsSync,
  lstat,
  lstatSync,
  open,
  openAsBlob,
  opendir,
  opendirSync,
  openSync,
  readdir,
  readdirSync,
  readFile,
  readFileSync,
  readlink,
  readlinkSync,
  realpath,
  realpathSync,
  stat,
  statSync,
  promises,
};
