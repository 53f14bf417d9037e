/** Imports a TypeScript module of this repository in plain Node; `Module` is what it exports. */
export function loadSource<Module>(entry: string): Promise<Module>;
